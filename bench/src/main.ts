import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { apiLatency } from "./apiLatency.ts";
import { createProjects } from "./createProjects.ts";
import { dashboardPages } from "./dashboardPages.ts";
import { driftLooks } from "./driftLooks.ts";
import { engineTime } from "./engineTime.ts";
import { gatewayThroughput } from "./gatewayThroughput.ts";
import { idleProjects } from "./idleProjects.ts";
import { platformMemory } from "./platformMemory.ts";
import { platformUp } from "./platformUp.ts";
import { previews } from "./previews.ts";
import { type Bench, type Figure, markdown } from "./report.ts";
import { setupParts } from "./setupParts.ts";
import { spareEngines } from "./spareEngines.ts";
import { stacks } from "./stacks.ts";
import { wakeUp } from "./wakeUp.ts";
import { watchers } from "./watchers.ts";

const BENCHES: Readonly<Record<string, { readonly title: string; readonly run: Bench }>> = {
  "set-up": { title: "Set-up, part by part", run: setupParts },
  up: { title: "The two commands", run: platformUp },
  memory: { title: "Memory of the base stack", run: platformMemory },
  create: { title: "Creating shared projects", run: createProjects },
  stacks: { title: "Dedicated projects", run: stacks },
  engine: { title: "Where an operation's time goes", run: engineTime },
  previews: { title: "Previews", run: previews },
  drift: { title: "Looks for drift", run: driftLooks },
  spares: { title: "Engine processes kept ready", run: spareEngines },
  "wake-up": { title: "Waking a stopped project", run: wakeUp },
  gateway: { title: "Gateway throughput", run: gatewayThroughput },
  dashboard: { title: "Pages of the dashboard", run: dashboardPages },
  api: { title: "API latency", run: apiLatency },
  watchers: { title: "Events and those who watch", run: watchers },
  idle: { title: "200 idle projects", run: idleProjects },
};

/** `./supalove bench [name ...]`: runs benches on the instance named by SUPALOVE_TEST_INSTANCE. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean" }, out: { type: "string" } },
});
const unknown = positionals.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`no bench named ${unknown.join(", ")}; there are: ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
const results: { name: string; title: string; figures: Figure[] }[] = [];
for (const [name, { title, run }] of Object.entries(BENCHES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const figures = await run((line) => console.error(`${name}: ${line}`));
  results.push({ name, title, figures });
  if (!values.json) console.log(markdown(title, figures));
}
if (values.json) console.log(JSON.stringify(results, null, 2));
if (values.out) await writeFile(values.out, results.map((r) => markdown(r.title, r.figures)).join("\n"));
