import { type ChildProcess, fork } from "node:child_process";
import { hideUrlPasswords } from "@supalove/components/preview/hideUrlPasswords.ts";
import type { Logger } from "pino";
import { makeEngineFolder, removeEngineFolder } from "./engineFolder.ts";
import {
  EngineDied,
  type EngineHooks,
  type EngineIdentity,
  type EnginePort,
  type EngineSession,
} from "./enginePort.ts";
import { endSession, processHost, startTimeOf } from "./processSession.ts";
import { type EngineCommand, type EngineOutcome, FromEngine, type ToEngine } from "./protocol.ts";

export interface ChildEngineOptions {
  /** File of the engine process. */
  readonly entry: string;
  /** Its whole environment: none of the runner's own secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder in which each process gets one for its temporary files. */
  readonly workRoot: string;
  /** Processes kept ready: importing the engine's libraries takes most of a second. */
  readonly spares: number;
  readonly logger: Logger;
}

/** Longest time a new process may take until it is ready. */
const READY_TIMEOUT_MS = 60_000;

/** Engine processes, some of them started ahead of time. A process serves one operation and ends. */
export class ChildEngine implements EnginePort {
  readonly #options: ChildEngineOptions;
  readonly #spares: Promise<ChildSession>[] = [];
  #closed = false;

  constructor(options: ChildEngineOptions) {
    this.#options = options;
    this.#refill();
  }

  async open(): Promise<EngineSession> {
    // The next spare is started when this one is given back: its imports would compete with the run for the processor.
    return (this.#spares.shift() ?? this.#start()).then((session) => session);
  }

  async endLeftovers({ host, session, startedAt }: EngineIdentity): Promise<void> {
    if (host === (await processHost())) await endSession(session, startedAt);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const spares = await Promise.allSettled(this.#spares.splice(0));
    await Promise.all(spares.map((spare) => (spare.status === "fulfilled" ? spare.value.close() : undefined)));
  }

  #refill(): void {
    while (!this.#closed && this.#spares.length < this.#options.spares) {
      const spare = this.#start();
      this.#spares.push(spare);
      spare.catch((error: unknown) => {
        this.#options.logger.error({ err: error }, "an engine process could not be started");
        const place = this.#spares.indexOf(spare);
        if (place >= 0) this.#spares.splice(place, 1);
      });
    }
  }

  async #start(): Promise<ChildSession> {
    const { entry, logger, workRoot } = this.#options;
    const folder = await makeEngineFolder(workRoot);
    const env = { ...this.#options.env, TMPDIR: folder };
    // A session of its own: everything it starts can be found and ended, whatever groups the engine makes.
    const child = fork(entry, [], { detached: true, env, stdio: ["ignore", "ignore", "pipe", "ipc"] });
    const startedAt = await startTimeOf(child.pid ?? 0);
    const identity = { host: await processHost(), session: child.pid ?? 0, startedAt };
    const started = performance.now();
    try {
      await untilReady(child);
    } catch (error) {
      await removeEngineFolder(folder);
      throw error;
    }
    logger.debug({ session: identity.session, ms: Math.round(performance.now() - started) }, "engine process ready");
    return new ChildSession(child, identity, async () => {
      await removeEngineFolder(folder);
      this.#refill();
    });
  }
}

/** Waits for the first message. What the process writes before it was given a project's secrets may be quoted. */
async function untilReady(child: ChildProcess): Promise<void> {
  let words = "";
  const listen = (chunk: Buffer) => {
    words = (words + chunk.toString("utf8")).slice(-2000);
  };
  child.stderr?.on("data", listen);
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new EngineDied("the engine process did not get ready")), READY_TIMEOUT_MS);
      child.once("message", () => {
        clearTimeout(timer);
        resolve();
      });
      child.once("exit", (code) =>
        reject(new EngineDied(`the engine process ended with ${code}: ${hideUrlPasswords(words)}`)),
      );
      child.once("error", reject);
    });
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    child.stderr?.off("data", listen);
    // From now on it may hold secrets: read, so that the pipe does not fill, and dropped.
    child.stderr?.resume();
    child.removeAllListeners("exit");
  }
}

class ChildSession implements EngineSession {
  readonly identity: EngineIdentity;
  readonly #child: ChildProcess;
  readonly #onClosed: () => Promise<void>;
  #exited = false;

  constructor(child: ChildProcess, identity: EngineIdentity, onClosed: () => Promise<void>) {
    this.#child = child;
    this.identity = identity;
    this.#onClosed = onClosed;
    child.once("exit", () => {
      this.#exited = true;
    });
  }

  async run(command: EngineCommand, hooks: EngineHooks): Promise<EngineOutcome> {
    const child = this.#child;
    if (this.#exited) throw new EngineDied("the engine process has ended");
    return new Promise<EngineOutcome>((resolve, reject) => {
      const onExit = (code: number | null, signal: string | null) =>
        finish(() => reject(new EngineDied(`the engine process ended in mid-run (${code ?? signal})`)));
      const onMessage = (raw: unknown) => {
        const message = FromEngine.parse(raw);
        if (message.type === "event") hooks.onEvent(message.event);
        else if (message.type === "outcome") finish(() => resolve(message.outcome));
        else if (message.type === "fence") {
          void hooks.fence().then(
            (open) => this.#send({ type: "fence", open }),
            () => this.#send({ type: "fence", open: false }),
          );
        }
      };
      const finish = (settle: () => void) => {
        child.off("exit", onExit);
        child.off("message", onMessage);
        settle();
      };
      child.once("exit", onExit);
      child.on("message", onMessage);
      this.#send({ type: "run", command });
    });
  }

  abort(): void {
    this.#send({ type: "abort" });
  }

  async close(): Promise<void> {
    await endSession(this.identity.session, this.identity.startedAt);
    await this.#onClosed();
  }

  #send(message: ToEngine): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}
