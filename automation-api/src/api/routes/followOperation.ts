import { OperationEvent } from "@supalove/contracts";
import { watchMembership } from "../../auth/watchMembership.ts";
import { defineStream } from "../../http/defineRoute.ts";
import { errors } from "../../http/errors.ts";
import { EventStream } from "../../http/eventStream.ts";
import { followOperation } from "../../operations/followOperation.ts";
import { loadOperation } from "../../operations/loadOperation.ts";
import { IdParams } from "../params.ts";

export const followOperationRoute = defineStream({
  operation: "followOperation",
  summary: "Follow an operation as server-sent events; resumes after `Last-Event-ID`, ends with the operation",
  method: "get",
  path: "/operations/{id}/events",
  params: IdParams,
  response: { status: 200, schema: OperationEvent, description: "Events, each with its number as id" },
  scope: "operations:read",
  load: loadOperation,
  async handler({ services, caller, loaded }, response, request, signal) {
    const after = readLastEventId(request.headers["last-event-id"]);
    const stream = new EventStream(response);
    const over = new AbortController();
    const ended = AbortSignal.any([signal, over.signal]);
    const lost = watchMembership(services, caller, loaded.organizationId, "operations:read", ended);
    try {
      const { events, feed } = services;
      await followOperation(events, feed, loaded.id, after, stream, AbortSignal.any([signal, lost]));
    } finally {
      over.abort();
    }
  },
});

/** Number of the last event the client has; an empty header is what a client without one sends. */
function readLastEventId(header: string | string[] | undefined): number {
  if (header === undefined || header === "") return 0;
  if (typeof header === "string" && /^\d{1,9}$/.test(header)) return Number(header);
  throw errors.invalidInput([{ in: "header", path: "Last-Event-ID", message: "must be the id of an event" }]);
}
