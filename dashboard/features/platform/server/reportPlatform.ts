import { dashboardEnv } from "../../../server/env.ts";
import type { PlatformReport } from "../types.ts";
import { examinePlatform } from "./examinePlatform.ts";

/** How long a look counts: however many people have the page open, the parts are asked this often at most. */
const KEPT_MS = 3_000;

/** Shares looks at the platform among those who ask at about the same time. */
export function reporter(
  look: () => Promise<PlatformReport>,
  { keptMs = KEPT_MS, now = () => performance.now() } = {},
): () => Promise<PlatformReport> {
  let last: { readonly report: Promise<PlatformReport>; readonly until: () => number } | undefined;
  return () => {
    if (last !== undefined && now() < last.until()) return last.report;
    // While it is under way it is everybody's; its time begins with its end.
    let until = Number.POSITIVE_INFINITY;
    const report = look();
    last = { report, until: () => until };
    report.then(
      () => {
        until = now() + keptMs;
      },
      () => {
        until = Number.NEGATIVE_INFINITY;
      },
    );
    return report;
  };
}

/** How the platform is now, or was a moment ago. */
export const reportPlatform = reporter(async () => examinePlatform(dashboardEnv()));
