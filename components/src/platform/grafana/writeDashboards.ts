import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildDashboards } from "./index.ts";

/*
 * Writes `dashboards/*.json` anew: `node components/src/platform/grafana/writeDashboards.ts`. They are committed so that
 * they can be loaded into any Grafana by hand, and be tested without our code.
 */
const folder = join(import.meta.dirname, "dashboards");
await mkdir(folder, { recursive: true });
for (const [name, text] of buildDashboards()) await writeFile(join(folder, name), text);
