import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../observability/logger.ts";
import { forgetProcess, rememberProcess } from "./pidFile.ts";
import { type ProcessClient, type ProcessSpec, ProcessUnavailableError } from "./processSpec.ts";

export type ProcessState = "starting" | "ready" | "stopping" | "dead";

const PROBE_EVERY_MS = 4;
/** Last lines a process wrote, kept to explain in the log why it would not start. */
const KEPT_LINES = 12;

/** One child process in a process group of its own, with its socket and its client. */
export class ManagedProcess<C extends ProcessClient> {
  readonly spec: ProcessSpec<C>;
  readonly client: C;
  /** Settles when the process is gone, for whatever reason. */
  readonly exited: Promise<void>;
  readonly pid: number | undefined;
  readonly startedAt = Date.now();
  state: ProcessState = "starting";
  /** Requests that use it now. */
  active = 0;
  lastUsed = Date.now();
  /** Since when every answer says that its database is away; undefined while it is well. */
  sickSince: number | undefined;
  /** It hung up on a request, and whether it lives is being found out; nobody new gets it until this settles. */
  doubt: Promise<void> | undefined;
  /** A request was answered by it. */
  hasServed = false;
  /** Its key was stopped: who waits for news of it gets no other one. */
  released = false;
  readonly #child: ChildProcess;
  readonly #socketPath: string;
  readonly #lines: string[] = [];
  #killTimer: NodeJS.Timeout | undefined;

  constructor(spec: ProcessSpec<C>, socketPath: string, log: Logger) {
    this.spec = spec;
    this.#socketPath = socketPath;
    this.#child = spawn(spec.command, [...spec.args], {
      env: { ...spec.env(socketPath) },
      cwd: "/",
      // A group of its own, so that whatever it starts ends with it.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.pid = this.#child.pid;
    if (this.pid !== undefined) rememberProcess(socketPath, this.pid);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        log.debug({ key: spec.key, output: text.slice(0, 2_000) }, "process output");
        this.#lines.push(...text.split("\n").filter((line) => line !== ""));
        this.#lines.splice(0, this.#lines.length - KEPT_LINES);
      });
    }
    this.exited = this.#watch();
    this.client = spec.connect(socketPath);
  }

  get lastLines(): string {
    return this.#lines.map((line) => line.slice(0, 300)).join(" | ");
  }

  /** Resolves when the process answers. @throws ProcessUnavailableError */
  async waitReady(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (this.state === "starting") {
      // Asking before the socket is there would only make exceptions.
      if (existsSync(this.#socketPath) && (await this.spec.probe(this.client).catch(() => false))) {
        // It may have been stopped while it answered; then the loop ends below.
        if (this.state === "starting") this.state = "ready";
        break;
      }
      if (Date.now() > deadline) {
        void this.stop(0);
        throw new ProcessUnavailableError("start_timeout", `not ready after ${timeoutMs} ms`, 1_000);
      }
      await sleep(PROBE_EVERY_MS);
    }
    if (this.state !== "ready") throw new ProcessUnavailableError("start_failed", "ended while starting", 1_000);
  }

  /** Asks the process to end, makes it end after `graceMs`, and resolves when it has. */
  async stop(graceMs: number): Promise<void> {
    if (this.state === "starting" || this.state === "ready") {
      this.state = "stopping";
      this.#signal("SIGTERM");
      this.#killTimer = setTimeout(() => this.#signal("SIGKILL"), graceMs);
      void this.client.destroy().catch(() => undefined);
    }
    await this.exited;
  }

  async #watch(): Promise<void> {
    // `error` comes instead of `exit` when the program could not be started at all.
    await Promise.race([once(this.#child, "exit"), once(this.#child, "error")]).catch((error: unknown) => {
      this.#lines.push(error instanceof Error ? error.message : String(error));
    });
    this.state = "dead";
    clearTimeout(this.#killTimer);
    this.#signal("SIGKILL");
    void this.client.destroy().catch(() => undefined);
    forgetProcess(this.#socketPath);
    await rm(this.#socketPath, { force: true });
  }

  /** Signals the whole group. */
  #signal(signal: NodeJS.Signals): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      // ESRCH: nobody left in the group, which is what was wanted.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}
