import type { StackService } from "@supalove/contracts";
import type { WishedImages } from "@supalove/contracts/api/index.ts";
import { ApiError } from "../http/apiError.ts";
import type { Catalogue } from "./catalogue.ts";

/** References by service. */
export type SomeImages = { readonly [S in StackService]?: string | undefined };

/**
 * The images behind wished versions.
 * @throws ApiError `version_unknown`, `version_withdrawn`, each with the versions there are
 */
export function resolveImages(catalogue: Catalogue, wished: WishedImages): Partial<Record<StackService, string>> {
  return Object.fromEntries(
    (Object.entries(wished) as [StackService, string][]).map(([service, version]) => {
      const row = catalogue.named(service, version);
      if (row === undefined) throw refusal("version_unknown", catalogue, service, `has no version ${version}`);
      if (row.withdrawnAt !== null)
        throw refusal("version_withdrawn", catalogue, service, `has its version ${version} withdrawn`);
      return [service, row.reference];
    }),
  );
}

/** Refuses images that were withdrawn after they had been chosen. @throws ApiError `version_withdrawn` */
export function checkOffered(catalogue: Catalogue, images: SomeImages): void {
  for (const [service, reference] of Object.entries(images) as [StackService, string][]) {
    if (catalogue.offered(service).some((row) => row.reference === reference)) continue;
    const version = catalogue.versionOf(service, reference) ?? reference;
    throw refusal("version_withdrawn", catalogue, service, `has its version ${version} withdrawn`);
  }
}

function refusal(
  code: "version_unknown" | "version_withdrawn",
  catalogue: Catalogue,
  service: StackService,
  what: string,
): ApiError {
  const versions = catalogue.offered(service).map(({ version }) => version);
  const choice = versions.length === 0 ? "There is none yet." : `There are: ${versions.join(", ")}.`;
  const message = `The catalogue ${what} of ${service}.`.replace("withdrawn of", "withdrawn, of");
  const issue = { in: "body" as const, path: `images.${service}`, message: `${what}; ${choice}` };
  return new ApiError(code, message, `Choose another one. ${choice}`, { issues: [issue] });
}
