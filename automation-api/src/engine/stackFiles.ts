import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { type FileDrift, fileDrift, type GivenFile, givenFiles } from "@supalove/components/docker/fileDrift.ts";
import { LABELS, type ProjectRef, type ServerPlace } from "@supalove/contracts";
import type Docker from "dockerode";
import { extract } from "tar-stream";

/**
 * Containers of a dedicated project whose files are not what they were given, running or not; the engine does not look at that.
 * @param deployment of the stack's exported state, with its secrets
 */
export async function stackFileDrift(
  { endpoint, instance }: ServerPlace,
  ref: ProjectRef,
  deployment: unknown,
): Promise<readonly FileDrift[]> {
  const docker = dockerEngine(endpoint);
  const filters = { label: [`${LABELS.instance}=${instance}`, `${LABELS.project}=${ref}`] };
  const containers = new Set((await docker.listContainers({ all: true, filters })).map(({ Id }) => Id));
  // One that is gone is the engine's to tell.
  const files = givenFiles(deployment).filter(({ id }) => containers.has(id));
  const changed = await Promise.all(files.map((file) => isChanged(docker, file)));
  return fileDrift(files.filter((_, at) => changed[at]));
}

async function isChanged(docker: Docker, { id, path, content }: GivenFile): Promise<boolean> {
  const wanted = Buffer.from(content);
  try {
    const archive = await docker.getContainer(id).getArchive({ path });
    const found = await onlyFile(archive, wanted.length);
    return found === undefined || !found.equals(wanted);
  } catch (error) {
    if (dockerStatus(error) === 404) return true;
    throw error;
  }
}

/** The file in an archive; undefined for one that is no plain file, or of another length: then it is not read. */
async function onlyFile(archive: NodeJS.ReadableStream, length: number): Promise<Buffer | undefined> {
  let found: Buffer | undefined;
  const unpack = extract();
  unpack.on("entry", ({ type, size }, stream, next) => {
    if (type === "file" && size === length) {
      buffer(stream).then((bytes) => {
        found = bytes;
        next();
      }, next);
      return;
    }
    stream.on("end", next);
    stream.resume();
  });
  await pipeline(archive, unpack);
  return found;
}
