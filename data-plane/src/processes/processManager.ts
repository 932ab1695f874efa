import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../observability/logger.ts";
import { Failures } from "./failures.ts";
import { healWhenDependencyIsBack } from "./heal.ts";
import { ManagedProcess } from "./managedProcess.ts";
import { outlives } from "./outlives.ts";
import { type ProcessClient, type ProcessSpec, ProcessUnavailableError } from "./processSpec.ts";
import { residentBytes } from "./residentBytes.ts";
import { Turnstile } from "./turnstile.ts";

export interface ProcessManagerOptions {
  /** Folder of the sockets; nobody else may read it. */
  readonly directory: string;
  readonly maxProcesses: number;
  /** Connections that all processes together may hold to what they depend on. */
  readonly maxConnections: number;
  /** Memory of all processes together (unshared resident bytes); idle ones are stopped above it. */
  readonly maxTotalBytes: number;
  /** One process above this is replaced by a fresh one. */
  readonly maxProcessBytes: number;
  readonly idleMs: number;
  readonly startTimeoutMs: number;
  /** Processes that start at the same time; more only slow each other down. */
  readonly maxStarting: number;
  /** Longest wait for a free place when all processes are busy. */
  readonly maxWaitMs: number;
}

export interface ProcessEvents {
  started(key: string, ms: number): void;
  ended(key: string, reason: EndReason): void;
}
export type EndReason = "idle" | "evicted" | "replaced" | "released" | "memory" | "crashed" | "start_failed" | "healed";

/** A start under way, from the wait for a place on; whoever else wants the process waits for the same one. */
interface Start<C extends ProcessClient> {
  readonly spec: ProcessSpec<C>;
  readonly promise: Promise<ManagedProcess<C>>;
  /** Set when the key was stopped meanwhile: nothing may be running for it afterwards. */
  cancelled: boolean;
  /** Set when the key was renewed while the process was starting: good for those that asked before, for nobody after. */
  outdated: boolean;
}

const STOP_GRACE_MS = 1_500;
/** A replaced process may finish what it is at for so long. */
const DRAIN_MS = 5_000;
/** Requests wait for the next attempt where it is this near, and are refused where it is not. */
const PATIENCE_MS = 1_000;
/** A process that lived longer than this did not fail at its start; it may start again at once. */
const STABLE_MS = 5_000;
const SWEEP_MS = 1_000;

const stopped = (message: string) => new ProcessUnavailableError("stopped", message, 1_000);

/**
 * Runs at most one process per key, on demand: started by the first request (others wait for the same start), stopped
 * when idle, evicted when another needs its place, started again after a crash with growing pauses.
 */
export class ProcessManager<C extends ProcessClient> {
  readonly #options: ProcessManagerOptions;
  readonly #events: ProcessEvents;
  readonly #log: Logger;
  readonly #current = new Map<string, ManagedProcess<C>>();
  readonly #starts = new Map<string, Start<C>>();
  /** Every process that has not ended yet, the replaced and the stopping ones included. */
  readonly #alive = new Set<ManagedProcess<C>>();
  readonly #failures = new Failures();
  readonly #places: Turnstile;
  readonly #connections: Turnstile;
  readonly #startSlots: Turnstile;
  readonly #sweep: NodeJS.Timeout;
  #serial = 0;
  #closed = false;

  constructor(options: ProcessManagerOptions, events: ProcessEvents, log: Logger) {
    this.#options = options;
    this.#events = events;
    this.#log = log;
    this.#places = new Turnstile(options.maxProcesses);
    this.#connections = new Turnstile(options.maxConnections);
    this.#startSlots = new Turnstile(options.maxStarting);
    this.#sweep = setInterval(() => this.#tidy(), SWEEP_MS);
  }

  /** Connections that the running processes may hold, for metrics. */
  get connections(): number {
    return this.#connections.taken;
  }

  /** Processes by state, for metrics. */
  counts(): { starting: number; busy: number; idle: number; stopping: number } {
    const counts = { starting: 0, busy: 0, idle: 0, stopping: 0 };
    for (const { state, active } of this.#alive) {
      if (state === "starting") counts.starting++;
      else if (state === "ready") active > 0 ? counts.busy++ : counts.idle++;
      else counts.stopping++;
    }
    return counts;
  }

  stateOf(key: string): "running" | "starting" | "stopped" {
    if (this.#starts.has(key)) return "starting";
    return this.#current.get(key)?.state === "ready" ? "running" : "stopped";
  }

  /** A running process for one use; give it back with {@link release}. At once when it runs already. */
  acquire(spec: ProcessSpec<C>): ManagedProcess<C> | Promise<ManagedProcess<C>> {
    const process = this.#current.get(spec.key);
    if (process?.state === "ready" && process.doubt === undefined && process.spec.fingerprint === spec.fingerprint) {
      process.active++;
      return process;
    }
    return this.#acquireStarted(spec);
  }

  release(process: ManagedProcess<C>): void {
    process.active--;
    process.lastUsed = Date.now();
    if (process.active === 0 && this.#crowded) this.#makeRoom();
  }

  /** A use ended well: crashes from before it count no more. */
  served(process: ManagedProcess<C>): void {
    process.sickSince = undefined;
    if (process.hasServed) return;
    process.hasServed = true;
    this.#failures.forget(process.spec.key);
  }

  /** A use ended with the process saying that its database is away: watched from now on, and replaced if it does not heal. */
  suspect(process: ManagedProcess<C>): void {
    if (process.sickSince !== undefined || process.state !== "ready") return;
    process.sickSince = Date.now();
    void healWhenDependencyIsBack(process).then((replace) => {
      if (replace) this.#end(process, "healed", DRAIN_MS);
    });
  }

  /**
   * A use ended with the process hanging up: nobody new gets it until it is known to live, as the news of a death come after
   * its sockets closed. Resolves when that is known.
   */
  async doubt(process: ManagedProcess<C>): Promise<void> {
    if (process.state !== "ready") return;
    process.doubt ??= outlives(process).then((lives) => {
      process.doubt = undefined;
      if (!lives && process.state === "ready") void this.#end(process, "replaced", DRAIN_MS);
    });
    await process.doubt;
  }

  /** Ends whatever runs for a key and resolves when it is gone; its connections are closed then. */
  async stopKey(key: string): Promise<void> {
    const start = this.#starts.get(key);
    if (start) start.cancelled = true;
    this.#failures.forget(key);
    const own = [...this.#alive].filter((process) => process.spec.key === key);
    for (const process of own) process.released = true;
    await Promise.all(own.map((process) => this.#end(process, "released", 0)));
  }

  /** Whoever asks from now on gets a process that has seen what is there now; what runs may finish its requests. */
  renew(key: string): void {
    const running = this.#current.get(key);
    if (running) void this.#end(running, "replaced", DRAIN_MS);
    // One that is starting may have looked already.
    const start = this.#starts.get(key);
    if (start) start.outdated = true;
  }

  /** Ends all processes; none is left when it resolves. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweep);
    const error = stopped("shutting down");
    this.#places.refuseAll(error);
    this.#connections.refuseAll(error);
    this.#startSlots.refuseAll(error);
    await Promise.all([...this.#alive].map((process) => process.stop(STOP_GRACE_MS)));
  }

  async #acquireStarted(spec: ProcessSpec<C>): Promise<ManagedProcess<C>> {
    for (;;) {
      const running = this.#current.get(spec.key);
      if (running?.state === "ready" && running.spec.fingerprint === spec.fingerprint) {
        if (running.doubt === undefined) {
          running.active++;
          return running;
        }
        await running.doubt;
        if (running.released) throw stopped("stopped while it was waited for");
        continue;
      }
      const start = this.#starts.get(spec.key);
      if (start === undefined) break;
      // A start for older settings, or of a process that may not have seen what is there now, is waited for, then replaced.
      const same = start.spec.fingerprint === spec.fingerprint && !start.outdated;
      const process = await start.promise.catch((error: unknown) => {
        if (same) throw error;
      });
      if (start.cancelled) throw stopped("stopped while starting");
      if (!same) continue;
      if (process?.state !== "ready") throw stopped("stopped while starting");
      process.active++;
      return process;
    }
    const { promise, resolve, reject } = Promise.withResolvers<ManagedProcess<C>>();
    const start: Start<C> = { spec, promise, cancelled: false, outdated: false };
    this.#starts.set(spec.key, start);
    this.#start(start)
      .finally(() => this.#starts.delete(spec.key))
      .then(resolve, reject);
    return promise;
  }

  /** Starts the process of `start` and counts its first use. */
  async #start(start: Start<C>): Promise<ManagedProcess<C>> {
    const { spec } = start;
    this.#refuseStopped(start);
    const began = performance.now();
    const pause = this.#failures.pauseOf(spec);
    if (pause > PATIENCE_MS) throw new ProcessUnavailableError("backoff", "waiting after a failed start", pause);
    if (pause > 0) {
      await sleep(pause);
      this.#refuseStopped(start);
    }
    const replaced = this.#current.get(spec.key);
    if (replaced) void this.#end(replaced, "replaced", DRAIN_MS);
    await this.#takePlace(spec);
    let process: ManagedProcess<C> | undefined;
    try {
      await this.#startSlots.enter(this.#options.maxWaitMs);
      try {
        this.#refuseStopped(start);
        // It has looked at nothing yet.
        start.outdated = false;
        process = this.#spawn(spec);
        await process.waitReady(this.#options.startTimeoutMs);
      } finally {
        this.#startSlots.leave();
      }
    } catch (error) {
      if (process === undefined) this.#leavePlace(spec);
      else if (!start.cancelled) this.#startFailed(process);
      throw error;
    }
    process.active++;
    this.#current.set(spec.key, process);
    this.#events.started(spec.key, performance.now() - began);
    if (start.outdated) void this.#end(process, "replaced", DRAIN_MS);
    return process;
  }

  /** @throws ProcessUnavailableError when nothing may be started for the key any more */
  #refuseStopped(start: Start<C>): void {
    if (this.#closed) throw stopped("shutting down");
    if (start.cancelled) throw stopped("stopped while starting");
  }

  async #takePlace({ connections }: ProcessSpec<C>): Promise<void> {
    await this.#enter(this.#places, 1);
    try {
      await this.#enter(this.#connections, connections);
    } catch (error) {
      this.#places.leave();
      throw error;
    }
  }

  /** Waits for places, while idle processes make room one after the other. */
  async #enter(turnstile: Turnstile, places: number): Promise<void> {
    const entered = turnstile.enter(this.#options.maxWaitMs, places);
    if (turnstile.waiting > 0) this.#makeRoom();
    await entered;
  }

  #leavePlace({ connections }: ProcessSpec<C>): void {
    this.#places.leave();
    this.#connections.leave(connections);
  }

  /** Somebody waits for a place or for connections. */
  get #crowded(): boolean {
    return this.#places.waiting > 0 || this.#connections.waiting > 0;
  }

  #spawn(spec: ProcessSpec<C>): ManagedProcess<C> {
    const socketPath = join(this.#options.directory, `${spec.key}-${++this.#serial}.sock`);
    const process = new ManagedProcess(spec, socketPath, this.#log);
    this.#alive.add(process);
    void process.exited.then(() => {
      const crashed = this.#current.get(spec.key) === process;
      if (crashed) this.#current.delete(spec.key);
      this.#alive.delete(process);
      this.#leavePlace(spec);
      // One that ended may have held too few connections for who waits.
      if (this.#crowded) this.#makeRoom();
      if (crashed) this.#crashed(process);
    });
    return process;
  }

  #crashed(process: ManagedProcess<C>): void {
    const { key } = process.spec;
    this.#events.ended(key, "crashed");
    this.#log.warn({ key, output: process.lastLines }, "process ended by itself");
    if (Date.now() - process.startedAt < STABLE_MS) this.#failures.count(process.spec);
    else this.#failures.forget(key);
  }

  #startFailed(process: ManagedProcess<C>): void {
    const { key } = process.spec;
    this.#events.ended(key, "start_failed");
    this.#log.warn({ key, output: process.lastLines }, "process did not start");
    this.#failures.count(process.spec);
  }

  /** Takes a process out of use; in-flight requests may go on for `drainMs`. Resolves when it is gone. */
  async #end(process: ManagedProcess<C>, reason: EndReason, drainMs: number): Promise<void> {
    const { key } = process.spec;
    if (this.#current.get(key) === process) {
      this.#current.delete(key);
      this.#events.ended(key, reason);
    }
    const until = Date.now() + drainMs;
    while (process.active > 0 && process.state === "ready" && Date.now() < until) {
      await sleep(50);
    }
    await process.stop(STOP_GRACE_MS);
  }

  /** Stops the process that was idle for longest, if one is idle. */
  #makeRoom(reason: EndReason = "evicted"): boolean {
    let oldest: ManagedProcess<C> | undefined;
    for (const process of this.#current.values()) {
      if (process.state !== "ready" || process.active > 0) continue;
      if (oldest === undefined || process.lastUsed < oldest.lastUsed) oldest = process;
    }
    if (oldest === undefined) return false;
    void this.#end(oldest, reason, 0);
    return true;
  }

  #tidy(): void {
    const now = Date.now();
    let total = 0;
    for (const process of this.#current.values()) {
      if (process.state === "ready" && process.active === 0 && now - process.lastUsed >= this.#options.idleMs) {
        void this.#end(process, "idle", 0);
        continue;
      }
      const bytes = residentBytes(process.pid);
      total += bytes;
      if (bytes > this.#options.maxProcessBytes) {
        this.#log.warn({ key: process.spec.key, bytes }, "process above its memory limit is replaced");
        void this.#end(process, "memory", DRAIN_MS);
      }
    }
    if (total > this.#options.maxTotalBytes) this.#makeRoom("memory");
    this.#failures.tidy(now);
  }
}
