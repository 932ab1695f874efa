import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { BuildContext, BuildName, ImageDefinition, ImageName } from "./definition.ts";
import { bundleService, type ServiceBundle } from "./serviceBundle.ts";
import { stageFolder } from "./stageFolder.ts";

export interface ServiceImage {
  readonly name: ImageName;
  readonly parent: BuildName;
  readonly bundle: ServiceBundle;
  /** Files beside the bundle: name in the image's /app, and place in the repository. */
  readonly files?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Puts more into the context. */
  stage?(context: BuildContext): Promise<void>;
}

/** What every service's bundle depends on besides its own sources: the versions of its packages, and how it is bundled. */
const COMMON_SOURCES = [
  "package-lock.json",
  "images/src/serviceBundle.ts",
  "images/src/serviceImage.ts",
  "images/base/bin",
];

/** Definition of an image of one of our own services: a parent with Node, and a bundle. */
export function serviceImage(service: ServiceImage): ImageDefinition {
  const files = service.files ?? {};
  return {
    name: service.name,
    parents: [service.parent],
    sources: [...COMMON_SOURCES, ...service.bundle.sources, ...Object.values(files)],
    inputs: service.inputs ?? {},
    requires: [],
    async build(context) {
      await bundleService(context, service.bundle);
      for (const [name, path] of Object.entries(files)) {
        await cp(join(context.root, path), join(context.stage, "app", name), { recursive: true });
      }
      // The upstream Node image has no health check scripts.
      await cp(join(context.root, "images/base/bin"), join(context.stage, "bin"), { recursive: true });
      await service.stage?.(context);
      await stageFolder(context);
      await context.dockerBuild({ PARENT: context.parent(service.parent) });
    },
  };
}
