import type { Size } from "@supalove/contracts";
import type { Project } from "@supalove/contracts/api/index.ts";

/** What can be changed of a project. */
export interface Changeable {
  readonly name: string;
  readonly size: Size;
  readonly extensions: readonly string[];
}

const sameSet = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name) => b.includes(name));

/** Only what differs, as a preview takes it; undefined where nothing does. */
export function changedFields(project: Pick<Project, keyof Changeable>, wished: Changeable) {
  const fields = {
    ...(wished.name.trim() === project.name ? {} : { name: wished.name }),
    ...(wished.size === project.size ? {} : { size: wished.size }),
    ...(sameSet(wished.extensions, project.extensions) ? {} : { extensions: wished.extensions }),
  };
  return Object.keys(fields).length === 0 ? undefined : fields;
}
