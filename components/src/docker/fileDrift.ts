import type { DetailedChange, PlannedChange } from "@supalove/contracts/api/previews.ts";
import { z } from "zod";
import { changeSentences } from "../preview/index.ts";
import { revealed } from "../preview/stateSecrets.ts";
import { CONTAINER, Deployment } from "./deployment.ts";

/** A file that a container was given before it started. */
export interface GivenFile {
  readonly urn: string;
  /** Id of the container. */
  readonly id: string;
  readonly path: string;
  readonly content: string;
}

/** A container in which files are not what it was given. The provider never looks at them again. */
export interface FileDrift {
  readonly urn: string;
  readonly paths: readonly string[];
}

const Uploads = z.array(z.object({ file: z.string(), content: z.string() }));

/**
 * The files that containers were given, by a state.
 * @param deployment of the stack's exported state, with its secrets
 */
export function givenFiles(deployment: unknown): readonly GivenFile[] {
  return Deployment.parse(deployment ?? {}).resources.flatMap(({ type, urn, id, inputs }) => {
    if (type !== CONTAINER || id === undefined) return [];
    const uploads = Uploads.parse(revealed(inputs?.uploads ?? []));
    return uploads.map(({ file: path, content }) => ({ urn, id, path, content }));
  });
}

/** What differs, by container, in an order that is always the same. */
export function fileDrift(changed: readonly Pick<GivenFile, "urn" | "path">[]): readonly FileDrift[] {
  const byUrn = Map.groupBy(changed, ({ urn }) => urn);
  return [...byUrn].map(([urn, files]) => ({ urn, paths: files.map(({ path }) => path).sort() }));
}

/** What a preview says of it: the container is made anew, with its own files. */
const fileChange = ({ paths }: FileDrift): DetailedChange => ({
  path: "files",
  before: `${paths.join(", ")} changed by hand`,
  after: "as they were given",
  kind: "update-replace",
});

/**
 * A plan with the containers in it that are made anew over their files. One that it makes anew already gets them by that; one
 * that it only updates is made anew, and what else changes of it stays told.
 */
export function withFileDrift(changes: readonly PlannedChange[], drift: readonly FileDrift[]): PlannedChange[] {
  const planned = new Map(changes.map((change) => [change.urn, change]));
  const changed = drift.flatMap((found) => {
    const change = planned.get(found.urn);
    if (change !== undefined && change.op !== "update") return [];
    return [replacement(found, change?.detailed ?? [])];
  });
  const replaced = new Set(changed.map(({ urn }) => urn));
  return [...changes.filter(({ urn }) => !replaced.has(urn)), ...changed];
}

function replacement(drift: FileDrift, others: readonly DetailedChange[]): PlannedChange {
  const { urn } = drift;
  const name = urn.split("::").at(-1) ?? urn;
  const detailed = [...others, fileChange(drift)];
  const change = { urn, type: CONTAINER, name, op: "replace", destructive: false, detailed } as const;
  return { ...change, summary: changeSentences({ ...change, inputs: {}, act: "change" }).join("\n") };
}
