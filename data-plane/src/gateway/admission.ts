import type { TenantLimits } from "@supalove/contracts";
import { GatewayError } from "../errors/gatewayError.ts";
import { TokenBucket } from "./tokenBucket.ts";

interface Waiter {
  readonly admit: () => void;
  readonly refuse: (error: GatewayError) => void;
  readonly timer: NodeJS.Timeout;
}

interface Gate {
  readonly bucket: TokenBucket;
  active: number;
  readonly waiting: Set<Waiter>;
  lastUsed: number;
}

export interface AdmissionOptions {
  /** Requests in flight over all tenants. */
  readonly maxActive: number;
  /** Requests waiting over all tenants. */
  readonly maxWaiting: number;
  /** Longest wait in a tenant's queue. */
  readonly maxWaitMs: number;
}

/** A gate nobody used for so long has a full bucket and is forgotten. */
const FORGET_AFTER_MS = 60_000;

/**
 * Decides per tenant whether a request goes on now, waits, or is refused. Each tenant has its own places and its own
 * queue, so one tenant's burst takes nothing from another; the caps over all tenants protect the gateway itself.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #gates = new Map<string, Gate>();
  #active = 0;
  #waiting = 0;
  #sweptAt = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Counts a request against its tenant's rate. @throws GatewayError 429 */
  countRequest(ref: string, limits: TenantLimits, nowMs: number): void {
    const gate = this.#gate(ref, limits, nowMs);
    gate.lastUsed = nowMs;
    const pauseMs = gate.bucket.take(limits.requestsPerSecond, limits.requestsPerSecond * 2, nowMs);
    if (pauseMs > 0) {
      throw new GatewayError("too_many_requests", `More than ${limits.requestsPerSecond} requests a second.`, {
        retryAfter: Math.ceil(pauseMs / 1000),
      });
    }
  }

  /** Takes a place among the tenant's requests in flight; give it back with {@link leave}. @throws GatewayError */
  enter(ref: string, limits: TenantLimits, nowMs: number): void | Promise<void> {
    const gate = this.#gate(ref, limits, nowMs);
    if (this.#active >= this.#options.maxActive) {
      throw new GatewayError("gateway_busy", "The gateway has too many requests in flight.", { retryAfter: 1 });
    }
    if (gate.active < limits.concurrency) {
      gate.active++;
      this.#active++;
      return;
    }
    if (gate.waiting.size >= limits.queue) {
      throw new GatewayError(
        "too_many_requests",
        `More than ${limits.concurrency} requests at once, and as many waiting as may.`,
        { retryAfter: 1 },
      );
    }
    if (this.#waiting >= this.#options.maxWaiting) {
      throw new GatewayError("gateway_busy", "Too many requests are waiting at the gateway.", { retryAfter: 1 });
    }
    return this.#wait(gate, Math.min(this.#options.maxWaitMs, limits.timeoutSeconds * 1000));
  }

  leave(ref: string): void {
    const gate = this.#gates.get(ref);
    if (gate === undefined) return;
    const [next] = gate.waiting;
    if (next === undefined) {
      gate.active--;
      this.#active--;
    } else {
      // The place goes from one request of the tenant to the next; the counts stay.
      this.#unqueue(gate, next);
      next.admit();
    }
  }

  /** Refuses everything of a tenant that still waits. */
  evict(ref: string, error: GatewayError): void {
    const gate = this.#gates.get(ref);
    for (const waiter of gate?.waiting ?? []) {
      if (gate) this.#unqueue(gate, waiter);
      waiter.refuse(error);
    }
  }

  #wait(gate: Gate, maxMs: number): Promise<void> {
    this.#waiting++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#unqueue(gate, waiter);
        reject(
          new GatewayError("gateway_busy", "The project's requests in flight did not end in time.", { retryAfter: 1 }),
        );
      }, maxMs);
      const waiter: Waiter = { admit: resolve, refuse: reject, timer };
      gate.waiting.add(waiter);
    });
  }

  #unqueue(gate: Gate, waiter: Waiter): void {
    clearTimeout(waiter.timer);
    gate.waiting.delete(waiter);
    this.#waiting--;
  }

  #gate(ref: string, limits: TenantLimits, nowMs: number): Gate {
    const known = this.#gates.get(ref);
    if (known) return known;
    if (nowMs - this.#sweptAt > FORGET_AFTER_MS) this.#sweep(nowMs);
    const gate: Gate = {
      bucket: new TokenBucket(limits.requestsPerSecond * 2, nowMs),
      active: 0,
      waiting: new Set(),
      lastUsed: nowMs,
    };
    this.#gates.set(ref, gate);
    return gate;
  }

  #sweep(nowMs: number): void {
    this.#sweptAt = nowMs;
    for (const [ref, gate] of this.#gates) {
      if (gate.active === 0 && gate.waiting.size === 0 && nowMs - gate.lastUsed > FORGET_AFTER_MS)
        this.#gates.delete(ref);
    }
  }
}
