import type { StackImages } from "@supalove/contracts";
import type { Database } from "../database/client.ts";
import type { ImagePort } from "./imagePort.ts";

/** What the catalogue is changed with. */
export interface CatalogueParts {
  readonly database: Database;
  readonly images: ImagePort;
  /** References of the images that this release brings. */
  readonly release: StackImages | undefined;
  readonly signal: AbortSignal;
}

/** The catalogue can't be changed like that; the message says why, and what to do. */
export class CatalogueRefusal extends Error {
  override readonly name = "CatalogueRefusal";
}
