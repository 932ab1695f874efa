import type { ServerPlace, StackService } from "@supalove/contracts";

/** An image as a server has it. */
export interface FoundImage {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

/** What an image's program said of itself. */
export interface ImageProgram {
  /** Its version, as `15.20`; null where it tells none. */
  readonly version: string | null;
  /** Extensions that a database's image holds; empty for the others. */
  readonly extensions: readonly string[];
}

/** What a running project's database says of itself. */
export interface DatabaseFacts {
  readonly major: number;
  readonly bytes: number;
  /** Free on the disk that it lies on. */
  readonly freeBytes: number;
  readonly extensions: readonly string[];
}

/** Where a project's containers are. */
export interface StackPlace {
  readonly ref: string;
  readonly place: Pick<ServerPlace, "endpoint" | "instance">;
}

/** Who asks: whatever is made on the way bears it. */
export interface Asking {
  readonly operationId: string;
  readonly signal: AbortSignal;
}

/** Images and what runs of them, on the Docker engines of servers; no part of the engine. */
export interface ImagePort {
  /** Finds an image on a server; one that is not there yet is pulled. @throws ImageMissing */
  obtain(endpoint: string, reference: string, signal: AbortSignal): Promise<FoundImage>;
  /** Runs an image's program for its version, without network. @throws ImageUnfit where there is no such program in it */
  program(endpoint: string, service: StackService, image: FoundImage, asking: Asking): Promise<ImageProgram>;
  /** Asks a project's database. Rejects where it does not answer. */
  database(stack: StackPlace, password: string, signal: AbortSignal): Promise<DatabaseFacts>;
  /**
   * Takes away containers of a project that do not run of these images: stopped in order first, and whatever they are named
   * like. Volumes stay.
   */
  clear(stack: StackPlace, images: Readonly<Partial<Record<StackService, string>>>): Promise<void>;
}

/** A server neither has an image nor gets it; the message says why. */
export class ImageMissing extends Error {
  override readonly name = "ImageMissing";
}

/** An image is not what the service needs; the message says what is wrong with it. */
export class ImageUnfit extends Error {
  override readonly name = "ImageUnfit";
}
