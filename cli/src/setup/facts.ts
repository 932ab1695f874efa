import { imageCatalogue } from "@supalove/images";
import { docker, engineVersion } from "../docker/docker.ts";
import { imageSetOf, type StackConfig } from "../instance/stackConfig.ts";

/** References of the images of an instance's set, and why a part has none. */
export interface ImageFacts {
  /** Reference by image name, as the base stack takes it. */
  readonly references: Readonly<Record<string, string>>;
  /** Reason by image name. */
  readonly unavailable: Readonly<Record<string, string>>;
}

/** What several steps of the set-up want to know; each is found out once, when first asked. */
export interface SetupFacts {
  /** Version of the Docker engine, undefined while none answers. */
  dockerVersion(): Promise<string | undefined>;
  images(): Promise<ImageFacts>;
  /** Names of the images built here that Docker doesn't have; all of them while it doesn't answer. */
  missingImages(): Promise<readonly string[]>;
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

/**
 * Splits a catalogue into what has an image and what has a reason instead.
 * @param overrides references that the operator set in place of the catalogue's
 */
export function imageFacts(
  catalogue: Readonly<Record<string, { readonly reference: string } | { readonly unavailable: string }>>,
  overrides: Readonly<Record<string, string>> = {},
): ImageFacts {
  const references: Record<string, string> = {};
  const unavailable: Record<string, string> = {};
  for (const [name, image] of Object.entries(catalogue)) {
    const override = overrides[name];
    if (override !== undefined) references[name] = override;
    else if ("reference" in image) references[name] = image.reference;
    else unavailable[name] = image.unavailable;
  }
  return { references, unavailable };
}

/** Facts for an instance's settings. */
export function createFacts(settings: StackConfig): SetupFacts {
  const overrides = settings.imageOverrides ?? {};
  const dockerVersion = once(() => engineVersion());
  const images = once(async () =>
    imageFacts(await imageCatalogue({ set: imageSetOf(settings), postgis: settings.postgis }), overrides),
  );
  const missingImages = once(async () => {
    const { references } = await images();
    const names = Object.keys(references).filter(
      (name) => overrides[name] === undefined && !isPulled(references[name] ?? ""),
    );
    if ((await dockerVersion()) === undefined) return names;
    const there = new Set(
      (await docker(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "--filter", "reference=supalove/*"])).stdout
        .split("\n")
        .filter((line) => line !== ""),
    );
    return names.filter((name) => !there.has(references[name] ?? ""));
  });
  return { dockerVersion, images, missingImages };
}

/** Upstream images are fetched by the engine when a container needs them. */
const isPulled = (reference: string) => !reference.startsWith("supalove/");
