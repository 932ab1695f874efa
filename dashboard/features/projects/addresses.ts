import type { Project } from "@supalove/contracts/api/index.ts";
import { tenantNames } from "@supalove/contracts/tenantNames.ts";
import type { ServerFacts } from "../../lib/ServerFacts.tsx";

/**
 * Base URL of a project for code in browsers: a host of its own, so that projects share no browser storage.
 * @param gatewayUrl public URL of the gateway
 */
export function browserUrl(ref: string, gatewayUrl: string): string {
  const url = new URL(gatewayUrl);
  url.host = `${ref}.${url.host}`;
  return url.origin;
}

/** Where the password goes; people put theirs in. */
export const PASSWORD_PLACE = "[YOUR-PASSWORD]";

/** Connection string of a shared project's own login. */
export function connectionString(project: Pick<Project, "ref" | "db_name">, facts: ServerFacts): string {
  const { owner } = tenantNames(project.ref);
  return `postgresql://${owner}:${PASSWORD_PLACE}@${facts.databaseAddress}/${project.db_name}`;
}

/** A program for supabase-js that works as it stands. */
export function supabaseSnippet(url: string, key: string): string {
  return [
    'import { createClient } from "@supabase/supabase-js";',
    "",
    `const supabase = createClient("${url}", "${key}");`,
    "",
    'const { data, error } = await supabase.from("todos").select();',
    "console.log(error ?? data);",
  ].join("\n");
}
