import Docker from "dockerode";

/** The address of a Docker engine can't be used. */
export class DockerEndpointError extends Error {
  override readonly name = "DockerEndpointError";
}

/** Longest time that an engine may take to answer a call, in seconds. */
const TIMEOUT_SECONDS = 20;

/**
 * A client for the Docker engine of a server.
 * @param endpoint as `unix:///var/run/docker.sock` or `tcp://10.0.0.5:2375`
 * @param timeoutSeconds for calls that take their time before they answer
 * @throws DockerEndpointError
 */
export function dockerEngine(endpoint: string, timeoutSeconds: number = TIMEOUT_SECONDS): Docker {
  const timeout = timeoutSeconds * 1000;
  const socket = /^unix:\/\/(\/.+)$/.exec(endpoint)?.[1];
  if (socket !== undefined) return new Docker({ socketPath: socket, timeout });
  const tcp = /^tcp:\/\/([^/:]+):(\d{1,5})$/.exec(endpoint);
  if (tcp?.[1] === undefined) {
    throw new DockerEndpointError(
      "a server's endpoint must be unix:///path or tcp://host:port; correct it in the control database",
    );
  }
  return new Docker({ protocol: "http", host: tcp[1], port: Number(tcp[2]), timeout });
}

/** HTTP status of an engine's refusal. */
export const dockerStatus = (error: unknown): number | undefined =>
  error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;
