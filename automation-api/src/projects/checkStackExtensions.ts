import type { StackImages } from "@supalove/contracts";
import { DEDICATED_EXTENSIONS } from "@supalove/contracts/api/index.ts";
import { ApiError } from "../http/apiError.ts";

/** Images that are built by the platform: what they hold is known. Others may hold more. */
const BUILT_HERE = /^supalove\//;

/**
 * Refuses extensions that a dedicated project's image does not hold, before anything is made. Of an image that was not built
 * here that is found out when they are installed.
 * @throws ApiError `extension_unavailable`
 */
export function checkStackExtensions(wished: readonly string[], images: StackImages): void {
  if (!BUILT_HERE.test(images.db)) return;
  const refused = wished.find((name) => !DEDICATED_EXTENSIONS.has(name));
  if (refused === undefined) return;
  throw new ApiError(
    "extension_unavailable",
    `The extension "${refused}" is not in the image of dedicated projects.`,
    `Leave it out. These can be had: ${[...DEDICATED_EXTENSIONS].sort().join(", ")}.`,
    { issues: [{ in: "body", path: "extensions", message: `"${refused}" is not available` }] },
  );
}
