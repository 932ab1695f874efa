import { z } from "zod";
import { StackService } from "./dedicated.ts";

/* Versions of the images that dedicated projects may run. */

/** Name of a version, as `15.8.1.085`, `v12.2.3` or `15.20-3f2a9c`. */
export const ImageVersion = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/,
    "a version is letters, digits, '.', '_', '+' and '-', 64 at most, and begins with a letter or a digit",
  );

/** Reference of an image, as a container engine takes it. */
export const ImageReference = z
  .string()
  .max(255)
  .regex(
    /^[a-z0-9]+([._/:-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    "an image's reference is name:tag or name@sha256:digest, with the registry in front where it is not the default one",
  );

/** Why a version is there, in a few words. */
export const ImageNote = z
  .string()
  .max(200, "must not be longer than 200 characters")
  .regex(/^[^\p{Cc}]*$/u, "must be one line without control characters");

/** A version as the catalogue holds it; what `./supalove images` and the platform say to each other. */
export const CatalogueEntry = z.object({
  service: StackService,
  version: ImageVersion,
  reference: z.string(),
  note: z.string(),
  /** It is what this release brings: new projects run it. */
  release: z.boolean(),
  added_at: z.iso.datetime(),
  /** From then on nothing is upgraded to it; whoever runs it goes on with it. */
  withdrawn_at: z.iso.datetime().nullable(),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;
