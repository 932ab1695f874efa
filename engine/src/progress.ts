/** Told what happens, in one line. */
export type Progress = (message: string) => void;

/** `75` as `1 min 15 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** What a line of `go build -v` tells: a module that is fetched, or a package that was compiled. */
export function goBuildLine(
  line: string,
): { readonly kind: "download" | "compile"; readonly what: string } | undefined {
  const download = /^go: downloading (\S+) (\S+)/.exec(line);
  if (download !== null) return { kind: "download", what: `${download[1]} ${download[2]}` };
  // Packages are told by their import path, alone on the line.
  return /^[a-z0-9][\w.~/-]*$/i.test(line) ? { kind: "compile", what: line } : undefined;
}
