import { z } from "zod";
import { ImageVersion } from "../catalogue.ts";
import { StackService } from "../dedicated.ts";
import { Timestamp } from "./common.ts";

/** Versions that are wished for, by service. */
export const WishedImages = z
  .partialRecord(StackService, ImageVersion)
  .refine((images) => Object.keys(images).length > 0, "name a service and its version");
export type WishedImages = z.infer<typeof WishedImages>;

/** Field of the bodies that may ask for other versions. It goes alone, so that what is taken back is one thing. */
export const imagesField = {
  images: WishedImages.optional().meta({
    description:
      "versions of a dedicated project's images, by service; `GET /v1/projects/{ref}/versions` lists them. Goes alone",
  }),
} as const;

/** Refuses other wishes beside versions. */
export function checkImagesAlone(
  body: Readonly<Record<string, unknown>>,
  ctx: z.core.$RefinementCtx,
  besides: readonly string[] = [],
): void {
  if (body["images"] === undefined) return;
  const other = Object.keys(body).find((field) => field !== "images" && !besides.includes(field));
  if (other === undefined) return;
  const message = `goes alone: ask for ${other} before or after it`;
  ctx.addIssue({ code: "custom", path: ["images"], message });
}

/** A version that a service of a project may be brought to. */
export const OfferedVersion = z
  .object({
    version: ImageVersion,
    note: z.string(),
    release: z.boolean().meta({ description: "what this release of the platform brings" }),
    newer: z.boolean().meta({ description: "it came into the catalogue after the one that runs" }),
    added_at: Timestamp,
  })
  .meta({ id: "OfferedVersion" });
export type OfferedVersion = z.infer<typeof OfferedVersion>;

/** What one service of a project runs, and what it may be brought to. */
export const ServiceVersions = z
  .object({
    service: StackService,
    version: ImageVersion.nullable().meta({ description: "null where the catalogue does not know the image" }),
    reference: z.string(),
    offered: z.array(OfferedVersion).meta({ description: "others than the one that runs, newest first" }),
  })
  .meta({ id: "ServiceVersions" });
export type ServiceVersions = z.infer<typeof ServiceVersions>;
