import type { ServerPlace, StackService } from "@supalove/contracts";
import type { ContainerState, StackContainer } from "@supalove/contracts/api/index.ts";

/** What a stack should have, as the runner asks a server about it. */
export interface WatchedStack {
  readonly ref: string;
  readonly place: Pick<ServerPlace, "endpoint" | "instance">;
  /** Images of the containers that it should have. */
  readonly images: Readonly<Partial<Record<StackService, string>>>;
}

/** The containers of dedicated projects, as the runner sees and restarts them; no part of the engine. */
export interface StackPort {
  /** Processors of a server; null where its engine does not answer, which whatever is done there will tell. */
  cores(endpoint: string): Promise<number | null>;
  /** What the containers of a stack are doing now. Rejects where the server's engine does not answer. */
  look(stack: WatchedStack): Promise<StackContainer[]>;
  /**
   * States of a server's containers by their names, whatever they belong to: one question, however many projects there are.
   * Rejects where the server's engine does not answer.
   */
  states(place: WatchedStack["place"]): Promise<ReadonlyMap<string, ContainerState>>;
  /** Starts a container anew and waits until it is healthy. @throws ServiceMissing, ServiceUnhealthy */
  restart(stack: WatchedStack, service: StackService, signal: AbortSignal): Promise<void>;
}

/** There is no such container. */
export class ServiceMissing extends Error {
  override readonly name = "ServiceMissing";
}

/** A container did not become healthy in time. */
export class ServiceUnhealthy extends Error {
  override readonly name = "ServiceUnhealthy";
}
