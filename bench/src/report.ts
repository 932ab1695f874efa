/** One figure of a bench: what, how much, and in which unit. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What it was measured against, or how. */
  readonly note?: string;
}

/** A bench measures one topic on a running instance and gives its figures; ratios come from one and the same run. */
export type Bench = (log: (line: string) => void) => Promise<Figure[]>;

/** The p-th percentile (0..100) by nearest rank. @throws RangeError when there is no sample */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("no samples");
  return value;
}

/** Milliseconds that `run` takes. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Figures as a Markdown table. */
export function markdown(title: string, figures: readonly Figure[]): string {
  const round = (value: number) =>
    value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
  const rows = figures.map((f) => `| ${f.what} | ${round(f.value)} ${f.unit} | ${f.note ?? ""} |`);
  return [`### ${title}`, "", "| what | figure | against |", "| --- | --- | --- |", ...rows, ""].join("\n");
}
