import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { type FileDrift, fileDrift, type GivenFile, givenFiles } from "@supalove/components/docker/fileDrift.ts";
import type { ProjectRef, ServerPlace } from "@supalove/contracts";
import type Docker from "dockerode";
import { extract } from "tar-stream";
import { projectFilters } from "./projectFilters.ts";

/**
 * Containers of a dedicated project whose files are not what they were given, running or not; the engine does not look at that.
 * @param deployment of the stack's exported state, with its secrets
 */
export async function stackFileDrift(
  place: ServerPlace,
  ref: ProjectRef,
  deployment: unknown,
): Promise<readonly FileDrift[]> {
  const docker = dockerEngine(place.endpoint);
  const list = await docker.listContainers({ all: true, filters: projectFilters(place, ref) });
  const containers = new Set(list.map(({ Id }) => Id));
  // One that is gone is the engine's to tell.
  const files = givenFiles(deployment).filter(({ id }) => containers.has(id));
  const changed = await Promise.all(files.map((file) => isChanged(docker, file)));
  return fileDrift(files.filter((_, at) => changed[at]));
}

async function isChanged(docker: Docker, { id, path, content }: GivenFile): Promise<boolean> {
  const wanted = Buffer.from(content);
  try {
    const archive = await docker.getContainer(id).getArchive({ path });
    const found = await firstFile(Readable.from(archive), wanted.length);
    return found === undefined || !found.equals(wanted);
  } catch (error) {
    if (isGone(error)) return true;
    throw error;
  }
}

/** The container is there and the file is not. Where its folder has become a file, Docker calls that a fault of its own. */
const isGone = (error: unknown) =>
  dockerStatus(error) === 404 || (dockerStatus(error) === 500 && /not a directory/.test(String(error)));

/** The file that an archive begins with; undefined where it is no plain file, or of another length: then nothing of it is read. */
function firstFile(archive: Readable, length: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const unpack = extract();
    unpack.once("entry", ({ type, size }, stream) => {
      const found = type === "file" && size === length ? buffer(stream) : Promise.resolve(undefined);
      // What comes after it, or instead of it, may be of any size.
      found.then(resolve, reject).finally(() => archive.destroy());
    });
    // It is settled by now, unless there is no entry at all.
    pipeline(archive, unpack).then(() => resolve(undefined), reject);
  });
}
