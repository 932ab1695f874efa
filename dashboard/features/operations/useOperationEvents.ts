"use client";

import type { OperationEvent } from "@supalove/contracts";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { NumberedEvent } from "./steps.ts";

const TYPES = ["phase", "resource", "diagnostic", "status"] as const satisfies readonly OperationEvent["type"][];

interface OperationEvents {
  readonly events: readonly NumberedEvent[];
}

/**
 * Events of an operation from its first on, live. After a broken connection the browser asks for what follows the last event it
 * has seen; a reload starts over, as the API keeps them all.
 * @param over the operation has ended: when its stream ends too, nothing more will come
 */
export function useOperationEvents(id: string, over: boolean): OperationEvents {
  const client = useQueryClient();
  const [events, setEvents] = useState<readonly NumberedEvent[]>([]);
  const ended = useRef(over);
  ended.current = over;
  useEffect(() => {
    setEvents([]);
    let last = 0;
    const source = new EventSource(`/api/v1/operations/${id}/events`);
    const take = (message: MessageEvent<string>) => {
      const seq = Number(message.lastEventId);
      if (seq <= last) return;
      last = seq;
      const event = JSON.parse(message.data) as OperationEvent;
      setEvents((before) => [...before, [seq, event]]);
      if (event.type !== "status") return;
      void client.invalidateQueries({ queryKey: ["operations"] });
      void client.invalidateQueries({ queryKey: ["projects"] });
      void client.invalidateQueries({ queryKey: ["previews"] });
      // The stream ends with the operation; left open, the browser would connect again for ever.
      if (event.status === "succeeded" || event.status === "failed" || event.status === "cancelled") source.close();
    };
    source.onerror = () => {
      if (ended.current) source.close();
    };
    for (const type of TYPES) source.addEventListener(type, take);
    return () => source.close();
  }, [id, client]);
  return { events };
}
