/** Tag of an image that was built here: a hash over all that it is made of. */
const CONTENT_HASH = /^[0-9a-f]{16}$/;
/** Of a hash that many characters tell versions of one program apart. */
const SHOWN = 6;

/**
 * What people call an image: its tag, or, where that is a hash, the version of its program with the beginning of the hash.
 * The same image is always called the same.
 * @param programVersion null where the program tells none
 * @param shown how much of the hash, should two begin alike
 */
export function versionName(reference: string, programVersion: string | null, shown = SHOWN): string {
  const [, digest] = reference.split("@sha256:");
  const tag = /:([A-Za-z0-9_][A-Za-z0-9_.-]*)$/.exec(reference.split("@")[0] ?? "")?.[1];
  const hash = digest ?? (tag !== undefined && CONTENT_HASH.test(tag) ? tag : undefined);
  if (hash === undefined) return clean(tag ?? "latest");
  const short = hash.slice(0, shown);
  return clean(programVersion === null ? short : `${programVersion}-${short}`);
}

/** As the catalogue takes it. */
const clean = (text: string) =>
  text
    .replace(/[^A-Za-z0-9._+-]/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 64);
