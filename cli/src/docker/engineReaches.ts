import { request } from "node:http";
import { SYSTEM_DOCKERD } from "./dockerdPlace.ts";

/**
 * True when the Docker engine finds an image in its registry. The engine itself is asked, since it is what would pull: its
 * proxies, mirrors and credentials count, not this process'. Nothing is pulled.
 * @param dockerHost engine as in DOCKER_HOST; only one behind a socket can be asked
 */
export function engineReaches(
  reference: string,
  dockerHost: string | undefined,
  timeoutMs: number = 3000,
): Promise<boolean> {
  const socketPath = dockerHost === undefined ? SYSTEM_DOCKERD.socket : /^unix:\/\/(\/.+)$/.exec(dockerHost)?.[1];
  if (socketPath === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const asked = request({ socketPath, path: `/distribution/${reference}/json`, signal }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on("error", () => resolve(false));
    asked.end();
  });
}
