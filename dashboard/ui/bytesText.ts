const KIBIBYTE = 1024;
const MEBIBYTE = 1024 ** 2;

/** Bytes as people read them: `12 KiB`, `84 MiB`, `1.5 GiB`. */
export function bytesText(bytes: number): string {
  const mebibytes = bytes / MEBIBYTE;
  if (mebibytes < 1) return `${Math.round(bytes / KIBIBYTE)} KiB`;
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${Number((mebibytes / 1024).toFixed(1))} GiB`;
}
