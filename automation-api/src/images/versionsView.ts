import { type StackImages, StackService } from "@supalove/contracts";
import type { ServiceVersions } from "@supalove/contracts/api/index.ts";
import type { Catalogue } from "./catalogue.ts";

/** What each service of a project runs, and what it may be brought to. */
export function versionsView(catalogue: Catalogue, images: StackImages): ServiceVersions[] {
  return StackService.options.map((service) => ({
    service,
    version: catalogue.versionOf(service, images[service]),
    reference: images[service],
    offered: catalogue
      .offered(service)
      .filter(({ reference }) => reference !== images[service])
      .map((row) => ({
        version: row.version,
        note: row.note,
        release: catalogue.isRelease(row),
        newer: catalogue.isNewer(row, images[service]),
        added_at: row.addedAt.toISOString(),
      })),
  }));
}
