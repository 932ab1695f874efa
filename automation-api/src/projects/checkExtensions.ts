import { adviceText, FORBIDDEN_EXTENSIONS, SHARED_EXTENSIONS } from "@supalove/contracts/api/index.ts";
import { ApiError } from "../http/apiError.ts";

/**
 * Refuses extensions a shared project can't have, before anything is made.
 * @param available what the cluster's image holds
 * @throws ApiError `extension_unavailable`
 */
export function checkExtensions(wished: readonly string[], available: readonly string[]): void {
  const held = new Set(available);
  const refused = wished.find((name) => !SHARED_EXTENSIONS.has(name) || !held.has(name));
  if (refused === undefined) return;
  const forbidden = FORBIDDEN_EXTENSIONS[refused];
  const offered = [...SHARED_EXTENSIONS].filter((name) => held.has(name)).sort();
  throw new ApiError(
    "extension_unavailable",
    `The extension "${refused}" is not available in a shared project.`,
    forbidden !== undefined ? adviceText(forbidden) : `Leave it out. These can be had: ${offered.join(", ")}.`,
    { issues: [{ in: "body", path: "extensions", message: `"${refused}" is not available` }] },
  );
}
