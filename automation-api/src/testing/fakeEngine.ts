import { firstKeys, type KeyGenerations, type KeySet, type SharedProjectOutputs } from "@supalove/contracts";
import {
  EngineDied,
  type EngineHooks,
  type EngineIdentity,
  type EnginePort,
  type EngineSession,
} from "../engine/enginePort.ts";
import type { EngineCommand, EngineOutcome } from "../engine/protocol.ts";

/** One command that a runner gave to its engine, and what the runner did to it since. */
export interface FakeCall {
  readonly command: EngineCommand;
  readonly hooks: EngineHooks;
  /** Aborted when the runner asked it to stop cleanly. */
  readonly stopped: AbortSignal;
  /** Aborted when the runner ended the process. */
  readonly ended: AbortSignal;
}

/** What an engine does on a command; throwing or rejecting is dying. */
export type FakeBehaviour = (call: FakeCall, count: number) => EngineOutcome | Promise<EngineOutcome>;

/** The keys of a generation; those of the first bear no number. */
function fakeKeys(ref: string, generation: number): KeySet {
  const of = generation === 0 ? ref : `${ref}, generation ${generation}`;
  return {
    jwtSecret: `jwt secret of ${of}`,
    anonKey: `anon key of ${of}`,
    serviceRoleKey: `service role key of ${of}`,
    publishableKey: `publishable key of ${of}`,
    secretKey: `secret key of ${of}`,
  };
}

/** What a stack of a shared project gives. */
export const fakeOutputs = (
  ref: string,
  schemaVersion = "v-test",
  { generation, previous }: KeyGenerations = firstKeys(0),
): SharedProjectOutputs => ({
  database: `db_${ref}`,
  host: "shared-db",
  port: 5432,
  ...fakeKeys(ref, generation),
  previousKeys: previous === null ? null : fakeKeys(ref, previous.generation),
  passwords: {
    owner: `owner password of ${ref}`,
    authenticator: `authenticator password of ${ref}`,
    authAdmin: `auth password of ${ref}`,
    storageAdmin: `storage password of ${ref}`,
  },
  schemaVersion,
});

/** An engine that does what a good one does, at once. */
export const succeed: FakeBehaviour = async ({ command }) => ({
  status: "succeeded",
  outputs: command.action === "up" ? fakeOutputs(command.spec.ref, undefined, command.spec.keys) : null,
});

/** An engine that works until it is asked to stop, and then stops cleanly. */
export const workUntilStopped: FakeBehaviour = ({ stopped }) =>
  new Promise((resolve) => {
    const stop = () => resolve({ status: "aborted" });
    if (stopped.aborted) stop();
    else stopped.addEventListener("abort", stop, { once: true });
  });

/** An engine whose process dies. */
export const die: FakeBehaviour = () => Promise.reject(new EngineDied("killed"));

/** The engine as the runner sees it, without an engine: what it does is the test's matter, the fence is asked as ever. */
export class FakeEngine implements EnginePort {
  readonly calls: FakeCall[] = [];
  /** Whose remains a runner asked to be ended. */
  readonly leftovers: EngineIdentity[] = [];
  behaviour: FakeBehaviour;
  readonly #ending = new Set<AbortController>();
  #sessions = 0;

  constructor(behaviour: FakeBehaviour = succeed) {
    this.behaviour = behaviour;
  }

  /** Commands in the order they were started. */
  get actions(): string[] {
    return this.calls.map(({ command }) => command.action);
  }

  get commands(): EngineCommand[] {
    return this.calls.map(({ command }) => command);
  }

  async open(): Promise<EngineSession> {
    this.#sessions += 1;
    const identity = { host: "test", session: this.#sessions, startedAt: BigInt(this.#sessions) };
    const stopped = new AbortController();
    const ended = new AbortController();
    this.#ending.add(ended);
    return {
      identity,
      run: async (command, hooks) => {
        if (!(await hooks.fence())) return { status: "aborted" };
        const call = { command, hooks, stopped: stopped.signal, ended: ended.signal };
        this.calls.push(call);
        const died = new Promise<never>((_, reject) => {
          ended.signal.addEventListener("abort", () => reject(new EngineDied("ended")), { once: true });
        });
        // A behaviour that throws rejects, so that the race is on in any case.
        const behaving = (async () => this.behaviour(call, this.calls.length))();
        return Promise.race([behaving, died]);
      },
      abort: () => stopped.abort(),
      close: async () => ended.abort(),
    };
  }

  async endLeftovers(identity: EngineIdentity): Promise<void> {
    this.leftovers.push(identity);
  }

  /** Kills what still runs, whatever its behaviour. */
  async close(): Promise<void> {
    for (const ended of this.#ending) ended.abort();
  }
}
