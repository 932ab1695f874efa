import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { type OperationError, type ProjectRef, type ServerPlace, stackName } from "@supalove/contracts";
import { DataMissing } from "./dataMissing.ts";

export const DATA_VOLUME_MISSING: OperationError = {
  code: "data_volume_missing",
  message: "The volume with the project's data is gone from its server, so nothing was done: a new one would be empty.",
  next_step: "Put the volume back from a backup under the same name, then repair; or delete the project.",
};

/** @throws DataMissing */
export async function requireDataVolume({ endpoint, instance }: ServerPlace, ref: ProjectRef): Promise<void> {
  const name = stackName(instance, ref, "data");
  try {
    await dockerEngine(endpoint).getVolume(name).inspect();
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
    throw new DataMissing(DATA_VOLUME_MISSING);
  }
}
