/** What a caller talks to a process through, e.g. a pool of connections on its socket. */
export interface ProcessClient {
  destroy(): Promise<unknown>;
}

/** How to run one process. The manager knows nothing of the program beyond this. */
export interface ProcessSpec<C extends ProcessClient> {
  /** One process serves one key. */
  readonly key: string;
  /** Changes whenever a running process no longer fits; it is then replaced. Holds no secret (it is a digest). */
  readonly fingerprint: string;
  /** Connections it may hold to what it depends on; counted against a budget over all processes. */
  readonly connections: number;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process: nothing of the gateway's own is inherited. */
  readonly env: (socketPath: string) => Readonly<Record<string, string>>;
  readonly connect: (socketPath: string) => C;
  /** True once the process answers as it should; asked every few milliseconds while it starts. */
  readonly probe: (client: C) => Promise<boolean>;
  /** True when what the process depends on (its database) is up, asked without the process. */
  readonly dependencyUp: () => Promise<boolean>;
  /** True when the process serves requests through its dependency; a deeper look than {@link probe}. */
  readonly serves: (client: C) => Promise<boolean>;
}

/** A process could not be had. `retryAfterMs` says when asking again makes sense. */
export class ProcessUnavailableError extends Error {
  override readonly name = "ProcessUnavailableError";
  readonly reason: "start_failed" | "start_timeout" | "backoff" | "capacity" | "stopped";
  readonly retryAfterMs: number;

  constructor(reason: ProcessUnavailableError["reason"], message: string, retryAfterMs: number) {
    super(message);
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}
