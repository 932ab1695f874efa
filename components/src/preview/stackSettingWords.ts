import type { DetailedChange } from "@supalove/contracts/api/previews.ts";
import { parsePath } from "./propertyPath.ts";
import type { Json } from "./redactor.ts";

function routeWords(path: string, before: Json, after: Json): string {
  if (after === null) return `the route ${path} is taken away (it led to ${before})`;
  return before === null
    ? `the route ${path} is added: it leads to ${after}`
    : `the route ${path} leads to ${after}, no longer to ${before}`;
}

const setting = (value: Json) => (value === null ? "the size's own" : String(value));

/** How each group of a dedicated project's settings is told, by what stands behind its name in a path. */
const GROUPS: Readonly<Record<string, (name: string, before: Json, after: Json) => string>> = {
  routes: routeWords,
  postgres: (name, before, after) => `Postgres setting ${name} ${setting(before)} -> ${setting(after)}`,
  services: (name, _, after) => `the service ${name} is switched ${after}`,
  databasePublished: (_name, _before, after) =>
    after === true
      ? "the database takes direct connections on a port of the server"
      : "the database takes no direct connections any more",
};

/** Whether a change of a project's own settings is one of a dedicated project's stack. */
export const isStackSetting = ({ path }: Pick<DetailedChange, "path">): boolean => String(parsePath(path)[0]) in GROUPS;

/** What changes of a dedicated project's settings mean to people: one sentence each. */
export function stackSettingWords(detailed: readonly DetailedChange[]): string[] {
  return detailed.flatMap(({ path, before, after }) => {
    const [group, name] = parsePath(path);
    const words = GROUPS[String(group)];
    return words === undefined ? [] : [words(String(name ?? ""), before, after)];
  });
}
