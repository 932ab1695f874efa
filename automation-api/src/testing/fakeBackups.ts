import type { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import type { BackupPort, BackupSource, ClearedOperations, DumpFacts } from "../backups/backupPort.ts";

const FACTS: DumpFacts = { tables: { "public.notes": 3 }, roles: [] };

/** Backups without databases: a dump is a line of text, and what a test finds wrong with it is the test's matter. */
export class FakeBackups implements BackupPort {
  /** Refs in the order they were dumped, and tested. */
  readonly dumped: string[] = [];
  readonly tested: string[] = [];
  /** Operations whose remains were cleared. */
  readonly cleared: string[] = [];
  /** Called before a dump is written; throwing fails it. Gives false where there is no database any more. */
  onDump: (source: BackupSource, signal: AbortSignal) => boolean | Promise<boolean> = () => true;
  /** Called with what was read back. */
  onTest: (text: string, signal: AbortSignal) => void | Promise<void> = () => {};

  async dump(source: BackupSource, output: Writable, begun: (bytes: number) => void, signal: AbortSignal) {
    begun(12 * 1024 * 1024);
    if (!(await this.onDump(source, signal))) return undefined;
    output.end(`dump of ${source.spec.ref}`);
    await finished(output);
    this.dumped.push(source.spec.ref);
    return FACTS;
  }

  async test(source: BackupSource, input: AsyncIterable<Uint8Array>, _facts: DumpFacts, signal: AbortSignal) {
    await this.onTest(await text(input), signal);
    this.tested.push(source.spec.ref);
  }

  async clear(operations: ClearedOperations) {
    if ("of" in operations) this.cleared.push(operations.of);
  }
}
