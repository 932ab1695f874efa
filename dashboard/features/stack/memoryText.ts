const MEBIBYTE = 1024 ** 2;

/** Bytes as people read them: `84 MiB`, `1.5 GiB`. */
export function memoryText(bytes: number): string {
  const mebibytes = bytes / MEBIBYTE;
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${Number((mebibytes / 1024).toFixed(1))} GiB`;
}
