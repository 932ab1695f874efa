import { type StackImages, StackService } from "@supalove/contracts";
import type { Database, Transaction } from "../database/client.ts";
import type { StackImage } from "../generated/prisma/client.ts";

/** Versions of images, and which of them this release brings. */
export class Catalogue {
  readonly #rows: readonly StackImage[];
  readonly #release: StackImages | undefined;

  /**
   * @param rows all of them, withdrawn ones too
   * @param release references of the images that this release brings
   */
  constructor(rows: readonly StackImage[], release: StackImages | undefined) {
    // Of two that came at once, one has to be the newer.
    const later = (a: StackImage, b: StackImage) =>
      b.addedAt.getTime() - a.addedAt.getTime() || (a.version < b.version ? 1 : -1);
    this.#rows = [...rows].sort(later);
    this.#release = release;
  }

  /** What an image is called; null where it is in no catalogue. */
  versionOf(service: StackService, reference: string): string | null {
    return this.#of(service, reference)?.version ?? null;
  }

  /** A version by its name, whether it may still be chosen or not. */
  named(service: StackService, version: string): StackImage | undefined {
    return this.#rows.find((row) => row.service === service && row.version === version);
  }

  /** Versions that may be chosen, newest first. */
  offered(service: StackService): readonly StackImage[] {
    return this.#rows.filter((row) => row.service === service && row.withdrawnAt === null);
  }

  /** True for what this release brings. */
  isRelease({ service, reference }: Pick<StackImage, "service" | "reference">): boolean {
    return this.#release?.[StackService.parse(service)] === reference;
  }

  /** Whether a version came after the image that runs; one that nobody knows is older than all. */
  isNewer(row: StackImage, running: string): boolean {
    const known = this.#of(StackService.parse(row.service), running);
    return row.reference !== running && (known === undefined || row.addedAt > known.addedAt);
  }

  /** By service, what this release brings and is newer than what runs. */
  newerThan(images: StackImages): Partial<Record<StackService, string>> {
    return Object.fromEntries(
      StackService.options.flatMap((service) => {
        const row = this.offered(service).find((each) => this.isRelease(each));
        return row !== undefined && this.isNewer(row, images[service]) ? [[service, row.version]] : [];
      }),
    );
  }

  #of(service: StackService, reference: string): StackImage | undefined {
    return this.#rows.find((row) => row.service === service && row.reference === reference);
  }
}

/** Reads the catalogue: some dozen rows. */
export async function loadCatalogue(
  db: Database | Transaction,
  { STACK_IMAGES }: { readonly STACK_IMAGES?: StackImages | undefined },
): Promise<Catalogue> {
  return new Catalogue(await db.stackImage.findMany(), STACK_IMAGES);
}
