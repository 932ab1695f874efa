import { isFinal, OperationEvent, OperationStatus } from "@supalove/contracts";
import DataLoader from "dataloader";
import type { Database } from "../database/client.ts";

/** Events read at once. */
const PAGE = 500;

export interface EventPage {
  readonly events: readonly { readonly seq: number; readonly event: OperationEvent }[];
  /** The operation has ended, and these are its last events. */
  readonly complete: boolean;
  /** There may be more events already. */
  readonly full: boolean;
}

interface Place {
  readonly operationId: string;
  /** Number of the last event that is known. */
  readonly after: number;
}

/**
 * Reads operations' events for those who follow them. Followers that are woken by the same notification and are equally
 * far share one read: it begins after the last of them asked, so none of them misses what was written before it asked.
 */
export class EventReader {
  readonly #database: Database;
  readonly #pages: DataLoader<Place, EventPage, string>;

  constructor(database: Database) {
    this.#database = database;
    this.#pages = new DataLoader((places) => this.#readAll(places), { cache: false });
  }

  read(operationId: string, after: number): Promise<EventPage> {
    return this.#pages.load({ operationId, after });
  }

  #readAll(places: readonly Place[]): Promise<(EventPage | Error)[]> {
    const reads = new Map<string, Promise<EventPage | Error>>();
    const once = (place: Place) => {
      const key = `${place.operationId} ${place.after}`;
      const read = reads.get(key) ?? this.#readOne(place).catch((error: unknown) => asError(error));
      reads.set(key, read);
      return read;
    };
    return Promise.all(places.map(once));
  }

  async #readOne({ operationId, after }: Place): Promise<EventPage> {
    // The status is read first: events of a status that is seen are committed.
    const { status } = await this.#database.operation.findUniqueOrThrow({
      where: { id: operationId },
      select: { status: true },
    });
    const rows = await this.#database.operationEvent.findMany({
      where: { operationId, seq: { gt: after } },
      orderBy: { seq: "asc" },
      take: PAGE,
    });
    const full = rows.length === PAGE;
    return {
      events: rows.map(({ seq, event }) => ({ seq, event: OperationEvent.parse(event) })),
      complete: !full && isFinal(OperationStatus.parse(status)),
      full,
    };
  }
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
