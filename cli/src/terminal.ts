/** Where a command writes. Results go to `out`, so that they can be piped; what happens on the way goes to `info`. */
export interface Terminal {
  out(line: string): void;
  info(line: string): void;
  /** True when a person watches `info`. */
  readonly interactive: boolean;
}

/** The process' own terminal. */
export const processTerminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  info: (line) => void process.stderr.write(`${line}\n`),
  interactive: process.stderr.isTTY === true,
};

/** Seconds with one digit below ten, whole ones above, minutes from two on. */
export function elapsed(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
}

/** Rows as aligned columns, two blanks apart; the last column is not filled up. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("  "))
    .join("\n");
}
