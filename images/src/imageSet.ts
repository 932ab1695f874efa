import { fileURLToPath } from "node:url";
import { contentHash } from "./contentHash.ts";
import { type BuildName, IMAGE_NAMES, type ImageDefinition, type ImageName } from "./definition.ts";
import { type LocalSetOptions, localDefinitions } from "./localSet.ts";
import { UNAVAILABLE_LOCALLY, UPSTREAM_GRAFANA, UPSTREAM_IMAGES } from "./upstreamSet.ts";

export const REPOSITORY_ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface CatalogueOptions extends LocalSetOptions {
  /** `upstream` where an image registry answers; Postgres and our own services are built here in both. Default: local. */
  readonly set?: "local" | "upstream";
}

export interface ImageReference {
  readonly reference: string;
}

/** Every image of a set; Grafana exists upstream only. */
export type ImageCatalogue = Readonly<Record<ImageName, ImageReference>> & {
  readonly grafana: ImageReference | { readonly unavailable: string };
};

/** An image that has to be built here, with the tag its content gives it. */
export interface PlannedImage {
  readonly definition: ImageDefinition;
  readonly reference: string;
}

/** A set with everything the builder needs to know. */
export interface ImageSet {
  readonly catalogue: ImageCatalogue;
  /** What is built here, parents before children. */
  readonly planned: readonly PlannedImage[];
  /** Tag of any image by name, internal ones included. */
  readonly references: ReadonlyMap<BuildName, string>;
}

const memo = new Map<string, Promise<ImageSet>>();

/** Tags of all images of a set, computed from the files in this tree; nothing is built. Computed once in a process. */
export async function imageCatalogue(options: CatalogueOptions = {}): Promise<ImageCatalogue> {
  return (await resolveImageSet(options)).catalogue;
}

export function resolveImageSet(options: CatalogueOptions = {}): Promise<ImageSet> {
  const key = JSON.stringify([options.set ?? "local", options.postgis ?? false]);
  const known = memo.get(key) ?? computeImageSet(options);
  memo.set(key, known);
  return known;
}

async function computeImageSet(options: CatalogueOptions): Promise<ImageSet> {
  const definitions = localDefinitions(options);
  const upstream: Partial<Record<BuildName, string>> = options.set === "upstream" ? UPSTREAM_IMAGES : {};
  const references = new Map<BuildName, string>();
  const planned: PlannedImage[] = [];
  for (const definition of definitions) {
    const pinned = upstream[definition.name];
    if (pinned !== undefined) {
      references.set(definition.name, pinned);
      continue;
    }
    const reference = `supalove/${definition.name}:${await definitionHash(definition, references)}`;
    references.set(definition.name, reference);
    planned.push({ definition, reference });
  }
  const entries = IMAGE_NAMES.map((name) => [name, { reference: references.get(name) ?? "" }] as const);
  const grafana =
    options.set === "upstream" ? { reference: UPSTREAM_GRAFANA } : { unavailable: UNAVAILABLE_LOCALLY.grafana };
  return {
    catalogue: { ...(Object.fromEntries(entries) as Record<ImageName, ImageReference>), grafana },
    planned,
    references,
  };
}

async function definitionHash(definition: ImageDefinition, known: ReadonlyMap<BuildName, string>): Promise<string> {
  const parents = definition.parents.map((name): [string, string] => {
    const reference = known.get(name);
    if (reference === undefined) throw new TypeError(`${definition.name} is listed before its parent ${name}`);
    return [`parent ${name}`, reference];
  });
  return contentHash(REPOSITORY_ROOT, [`images/${definition.name}`, ...definition.sources], {
    ...definition.inputs,
    ...Object.fromEntries(parents),
  });
}
