import { type StackImages, StackService, StackSettings } from "@supalove/contracts";
import type { Catalogue } from "../images/catalogue.ts";
import type { ProjectFacts } from "./projectSpec.ts";

/** Images that a project is to have and has not, by service. */
export function changedImages(
  before: Pick<ProjectFacts, "stack">,
  after: Pick<ProjectFacts, "stack">,
): Partial<StackImages> {
  const [had, wished] = [imagesOf(before), imagesOf(after)];
  const changed = StackService.options.filter((service) => had[service] !== wished[service]);
  return Object.fromEntries(changed.map((service) => [service, wished[service]]));
}

/** What is told of them: the versions' names, or where the catalogue knows none the references. Empty where nothing changes. */
export function changedVersions(
  catalogue: Catalogue,
  before: Pick<ProjectFacts, "stack">,
  after: Pick<ProjectFacts, "stack">,
): { readonly before?: Versions; readonly after?: Versions } {
  if (before.stack === null || after.stack === null) return {};
  const services = Object.keys(changedImages(before, after)) as StackService[];
  if (services.length === 0) return {};
  const versions = (images: StackImages): Versions => ({
    versions: Object.fromEntries(
      services.map((service) => [service, catalogue.versionOf(service, images[service]) ?? images[service]]),
    ),
  });
  return { before: versions(imagesOf(before)), after: versions(imagesOf(after)) };
}

interface Versions {
  readonly versions: Record<string, string>;
}

/** Images that a project's row names. */
export const imagesOf = ({ stack }: Pick<ProjectFacts, "stack">) => StackSettings.parse(stack).images;
