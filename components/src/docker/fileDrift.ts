import { z } from "zod";
import type { PlannedStep } from "../preview/index.ts";
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
export function fileSteps(drift: readonly FileDrift[]): readonly PlannedStep[] {
  return drift.map(({ urn, paths }) => {
    const before = { files: `${paths.join(", ")} changed by hand` };
    return {
      urn,
      type: CONTAINER,
      op: "replace",
      custom: true,
      oldInputs: before,
      oldOutputs: before,
      newInputs: { files: "as it was given" },
      differences: [{ path: "files", kind: "update-replace", inputs: true }],
    };
  });
}
