import type { Writable } from "node:stream";
import type { Place, ProjectSpec } from "@supalove/contracts";

/** The database that a backup is of. */
export interface BackupSource {
  readonly spec: ProjectSpec;
  readonly place: Place;
  /** Password of the tenant's own login. */
  readonly password: string;
  /** The operation that takes the backup; whatever is made on the way bears its id. */
  readonly operationId: string;
}

/** What a dump must give back when it is restored. */
export interface DumpFacts {
  /** Rows of each table, by its name with its schema, as the dump has them. */
  readonly tables: Readonly<Record<string, number>>;
  /** Roles that policies may name: a dump of one database holds none. */
  readonly roles: readonly string[];
}

/** Whose remains are removed. */
export type ClearedOperations = { readonly of: string } | { readonly running: () => Promise<ReadonlySet<string>> };

/** Databases of projects, as backups of them are taken and tried out; no part of the engine. */
export interface BackupPort {
  /**
   * Writes a dump of a database as its tenant's own powerless role.
   * @param begun told of the database's size before its first byte
   * @returns undefined where there is no such database any more
   * @throws BackupFailed
   */
  dump(
    source: BackupSource,
    output: Writable,
    begun: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<DumpFacts | undefined>;
  /** Restores a dump where nobody can be hurt by it, and counts. @throws BackupFailed where something is missing */
  test(source: BackupSource, input: AsyncIterable<Uint8Array>, facts: DumpFacts, signal: AbortSignal): Promise<void>;
  /**
   * Removes what operations that were cut off left behind, the given one's or all that are not running any more.
   * @param operations which run is asked only after what is there was listed: one that begins in between is in no list
   */
  clear(operations: ClearedOperations): Promise<void>;
}

/** A backup could not be taken, or it is not good; the message is for people and goes on "because". */
export class BackupFailed extends Error {
  override readonly name = "BackupFailed";
}
