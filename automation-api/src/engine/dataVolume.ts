import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { type OperationError, type ProjectRef, type ServerPlace, stackName } from "@supalove/contracts";
import type { PlannedChange } from "@supalove/contracts/api/previews.ts";

const VOLUME = "docker:index/volume:Volume";

/** A project that was ready once has lost the volume with its data: made anew it would be empty, and nobody would be told. */
export class DataVolumeMissing extends Error {
  override readonly name = "DataVolumeMissing";
}

export const DATA_VOLUME_MISSING: OperationError = {
  code: "data_volume_missing",
  message: "The volume with the project's data is gone from its server, so nothing was done: a new one would be empty.",
  next_step: "Put the volume back from a backup under the same name, then repair; or delete the project.",
};

/** @throws DataVolumeMissing */
export async function requireDataVolume({ endpoint, instance }: ServerPlace, ref: ProjectRef): Promise<void> {
  const name = stackName(instance, ref, "data");
  try {
    await dockerEngine(endpoint).getVolume(name).inspect();
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
    throw new DataVolumeMissing(`the volume ${name} is gone`);
  }
}

/** The changes of a look that found the volume gone: the engine would make a new one, which for people is a loss. */
export const tellLostVolume = (changes: readonly PlannedChange[]): PlannedChange[] =>
  changes.map((change) =>
    change.type === VOLUME && change.op === "create"
      ? {
          ...change,
          destructive: true,
          summary: "the volume with the project's data is gone, and all its data with it",
        }
      : change,
  );
