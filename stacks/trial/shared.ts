import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import * as auto from "@pulumi/pulumi/automation/index.js";
import { HANDLERS, serveProviders } from "@supalove/components/provider/index.ts";
import { withSession } from "@supalove/components/provider/postgres.ts";
import { ClusterAccess, firstKeys, newProjectRef, ProjectSpec, tenantNames } from "@supalove/contracts";
import { PROJECT_STACKS, projectRun } from "../src/index.ts";

/*
 * A shared project's whole life against a real cluster and engine, with times: create, no-op, drift seen and repaired,
 * destroy. It makes the template when that is missing.
 *
 *   node stacks/trial/shared.ts --cluster '{"host":"127.0.0.1","port":5433,"username":"supabase_admin","password":"..."}' \
 *     --backend file:///tmp/state --work-dir /tmp/work [--runs 3] [--at-once 1] [--keep] [--events]
 */
const { values: flags } = parseArgs({
  options: {
    cluster: { type: "string" },
    backend: { type: "string" },
    "work-dir": { type: "string" },
    runs: { type: "string", default: "3" },
    "at-once": { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
    events: { type: "boolean", default: false },
  },
});
if (!flags.cluster || !flags.backend || !flags["work-dir"])
  throw new Error("--cluster, --backend and --work-dir are needed");
const cluster = ClusterAccess.parse(JSON.parse(flags.cluster));
const workDir = flags["work-dir"];
const backendUrl = flags.backend;
await mkdir(workDir, { recursive: true });

const times = new Map<string, number[]>();
async function timed<T>(step: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  times.set(step, [...(times.get(step) ?? []), performance.now() - start]);
  return result;
}

const pulumiCommand = await auto.PulumiCommand.get();
await timed("template", () => HANDLERS["supalove:cluster:TenantTemplate"].create({ cluster, schemaVersion: "" }));

const quiet = { color: "never", suppressProgress: true, suppressOutputs: true } as const;
const changesOf = (events: auto.EngineEvent[]) => events.findLast((e) => e.summaryEvent)?.summaryEvent?.resourceChanges;

function eventLine(at: number, event: auto.EngineEvent): string {
  const started = event.resourcePreEvent?.metadata;
  const done = event.resOutputsEvent?.metadata;
  const what = started ?? done;
  const kind = started ? "start" : done ? "done " : event.summaryEvent ? "summary" : "";
  return kind === ""
    ? ""
    : `${at.toFixed(0).padStart(6)} ${kind} ${what?.op ?? ""} ${what?.urn.split("::").at(-1) ?? ""}\n`;
}

/** Takes the protection off every resource, as deleting a project does. */
async function unprotect(stack: auto.Stack): Promise<void> {
  const state = await stack.exportStack();
  for (const resource of (state.deployment as { resources?: { protect?: boolean }[] }).resources ?? []) {
    delete resource.protect;
  }
  await stack.importStack(state);
}

async function life(): Promise<void> {
  const ref = newProjectRef();
  const names = tenantNames(ref);
  const spec = ProjectSpec.parse({
    ref,
    plan: "shared",
    size: "micro",
    extensions: [],
    keys: firstKeys(Math.floor(Date.now() / 1000)),
    passwordGeneration: 0,
    imported: {},
  });
  const project = projectRun(spec, { kind: "cluster", ...cluster });
  const served = await serveProviders();
  const start = performance.now();
  const stack = await timed("stack init", () =>
    auto.LocalWorkspace.createStack(
      { stackName: ref, projectName: PROJECT_STACKS, program: project.program },
      {
        workDir,
        pulumiCommand,
        secretsProvider: "passphrase",
        envVars: {
          ...served.env,
          PULUMI_BACKEND_URL: backendUrl,
          PULUMI_CONFIG_PASSPHRASE: "trial",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
        projectSettings: { name: PROJECT_STACKS, runtime: "nodejs", backend: { url: backendUrl } },
      },
    ),
  );
  // Three extra starts of the CLI after each update are for answers nobody reads here.
  stack.info = async () => undefined;
  stack.outputs = async () => ({});
  const run = async (step: string, work: (onEvent: (event: auto.EngineEvent) => void) => Promise<unknown>) => {
    const events: auto.EngineEvent[] = [];
    const start = performance.now();
    await timed(step, () =>
      work((event) => {
        events.push(event);
        if (flags.events) process.stdout.write(eventLine(performance.now() - start, event));
      }),
    );
    return changesOf(events);
  };
  const log = (step: string, what: unknown) =>
    process.stdout.write(`${ref.slice(0, 4)} ${step}: ${JSON.stringify(what)}\n`);

  log("create", await run("up (create)", (onEvent) => stack.up({ ...quiet, onEvent })));
  times.set("init + up", [...(times.get("init + up") ?? []), performance.now() - start]);
  log("outputs", Object.keys(project.outputs()));
  log("no-op", await run("up (no-op)", (onEvent) => stack.up({ ...quiet, onEvent })));
  await withSession(cluster, "postgres", async (session) => {
    await session.query(`grant connect on database ${names.database} to public`);
    await session.query(`alter role ${names.authenticator} connection limit 99`);
    await session.query(`alter role ${names.authAdmin} password 'taken over'`);
  });
  const preview = await timed("preview --refresh", () => stack.preview({ ...quiet, refresh: true, diff: true }));
  log("drift seen", preview.changeSummary);
  process.stdout.write(
    `${preview.stdout
      .split("\n")
      .filter((line) => /^\s+[-~+]/.test(line))
      .join("\n")}\n`,
  );
  log("repair", await run("up --refresh", (onEvent) => stack.up({ ...quiet, refresh: true, onEvent })));
  const again = await stack.preview({ ...quiet, refresh: true });
  log("after repair", again.changeSummary);
  if (!flags.keep) {
    await timed("unprotect", () => unprotect(stack));
    log("destroy", await run("destroy", (onEvent) => stack.destroy({ ...quiet, onEvent })));
    await timed("stack rm", () => stack.workspace.removeStack(ref));
  }
  served.close();
}

for (let run = 0; run < Number(flags.runs); run += 1) {
  await Promise.all(Array.from({ length: Number(flags["at-once"]) }, life));
}
for (const [step, list] of times) {
  const sorted = list.sort((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0);
  process.stdout.write(
    `${step.padEnd(20)} p50 ${at(0.5).padStart(6)} ms   min ${at(0).padStart(6)}   max ${at(1).padStart(6)}\n`,
  );
}
