import { setTimeout as sleep } from "node:timers/promises";
import { isFinal, OperationEvent } from "@supalove/contracts";
import { Operation } from "@supalove/contracts/api/index.ts";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { CliError } from "../errors.ts";
import { elapsed } from "../terminal.ts";
import { type ApiClient, segment } from "./api.ts";

/** One line for an event; undefined for one that says nothing to a person. */
export function eventLine(event: OperationEvent): string | undefined {
  switch (event.type) {
    case "phase":
      return event.message;
    case "resource":
      if (event.op === "same" || event.stage === "started") return undefined;
      return `${event.resourceType.split(":").at(-1)} ${event.name}: ${event.op}${event.stage === "failed" ? " failed" : ""}`;
    case "diagnostic":
      return event.severity === "info" ? undefined : `${event.severity}: ${event.message}`;
    case "status":
      return event.status;
  }
}

/**
 * Follows an operation to its end, across cut connections.
 * @param say receives a line for each event
 * @returns the operation as it ended
 */
export async function watchOperation(api: ApiClient, id: string, say: (line: string) => void): Promise<Operation> {
  const started = performance.now();
  const path = `/v1/operations/${segment("operation id", id)}`;
  let lastId: string | undefined;
  let failures = 0;
  for (;;) {
    try {
      const stream = await api.stream(`${path}/events`, lastId);
      const events = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      for await (const message of events) {
        failures = 0;
        if (message.id !== undefined) lastId = message.id;
        const event = OperationEvent.safeParse(JSON.parse(message.data));
        if (!event.success) continue;
        const line = eventLine(event.data);
        if (line !== undefined) say(`[${elapsed(performance.now() - started).padStart(9)}] ${line}`);
        if (event.data.type === "status" && isFinal(event.data.status)) break;
      }
    } catch (error) {
      // The API may be restarting; the operation runs elsewhere and goes on.
      if (error instanceof CliError && error.exitCode === 130) throw error;
      failures += 1;
      if (failures > 20) throw error;
    }
    const operation = await currentState(api, path);
    if (operation !== undefined && isFinal(operation.status)) return operation;
    await sleep(500);
  }
}

async function currentState(api: ApiClient, path: string): Promise<Operation | undefined> {
  try {
    return await api.request("GET", path, Operation);
  } catch (error) {
    if (error instanceof CliError && /does not answer/.test(error.message)) return undefined;
    throw error;
  }
}

/** Throws what made an operation fail, in the platform's own words. */
export function requireSuccess(operation: Operation): void {
  if (operation.status === "succeeded") return;
  const { error } = operation;
  throw new CliError(
    `the operation ${operation.id} ${operation.status}${error == null ? "" : `: ${error.message}`}`,
    error?.next_step ?? `look at ./supalove operations show ${operation.id}`,
  );
}
