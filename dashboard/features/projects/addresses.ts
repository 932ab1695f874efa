/**
 * Base URL of a project for code in browsers: a host of its own, so that projects share no browser storage.
 * @param gatewayUrl public URL of the gateway
 */
export function browserUrl(ref: string, gatewayUrl: string): string {
  const url = new URL(gatewayUrl);
  url.host = `${ref}.${url.host}`;
  return url.origin;
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
