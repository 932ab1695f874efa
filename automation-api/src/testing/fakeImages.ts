import type { StackService } from "@supalove/contracts";
import {
  type DatabaseFacts,
  type FoundImage,
  ImageMissing,
  type ImagePort,
  type ImageProgram,
  type StackPlace,
} from "../images/imagePort.ts";

const GIB = 1024 ** 3;

/** Servers that have every image, and databases that answer; what is wrong with them is the test's matter. */
export class FakeImages implements ImagePort {
  /** References that no server has. */
  readonly missing = new Set<string>();
  /** What is particular about an image, by its reference. */
  readonly particular = new Map<string, Partial<FoundImage>>();
  /** Services whose containers were taken away, with the images that might have stayed. */
  readonly cleared: string[] = [];
  facts: DatabaseFacts = { major: 15, bytes: 1024, freeBytes: 100 * GIB, extensions: ["plpgsql", "pgcrypto"] };
  programs: ImageProgram = { version: "15.20", extensions: ["plpgsql", "pgcrypto", "vector"] };
  /** Called before a database answers; throwing has it not answer. */
  onAsk: () => void | Promise<void> = () => {};

  async obtain(_endpoint: string, reference: string): Promise<FoundImage> {
    if (this.missing.has(reference)) throw new ImageMissing(`the server has no image ${reference}`);
    return { id: `sha256:${reference}`, labels: {}, env: { PG_META_PORT: "8080" }, ...this.particular.get(reference) };
  }

  async program(_endpoint: string, service: StackService): Promise<ImageProgram> {
    return service === "db" ? this.programs : { version: "1.0", extensions: [] };
  }

  async database(): Promise<DatabaseFacts> {
    await this.onAsk();
    return this.facts;
  }

  async clear(_stack: StackPlace, images: Readonly<Partial<Record<StackService, string>>>): Promise<void> {
    this.cleared.push(...Object.keys(images));
  }
}
