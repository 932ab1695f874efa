import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { dockerEngine } from "@supalove/components/docker/dockerEngine.ts";
import { serveProviders } from "@supalove/components/provider/index.ts";
import { withGoldenStack } from "@supalove/components/testing/goldenPreview.ts";
import { sanitiseState } from "@supalove/components/testing/sanitiseState.ts";
import { DedicatedSpec, firstKeys, newProjectRef, ServerPlace, stackName } from "@supalove/contracts";
import { PROJECT_STACKS, projectRun } from "../src/index.ts";

/*
 * Makes the golden state of a dedicated project: its real stack with every service, on this machine's Docker engine, exported
 * and stripped of its secrets, with the spec and the place that it was made from; then takes the project away. It needs the
 * images of this version (tags `dev`) and the engine's plugins, and no platform.
 *
 *   node stacks/trial/golden.ts > stacks/golden/<version>-dedicated.json
 */
const ENDPOINT = "unix:///var/run/docker.sock";
const quiet = { color: "never", suppressProgress: true, suppressOutputs: true } as const;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}

/** Takes the protection off every resource, as deleting a project does, and destroys them. */
async function takeAway(stack: Stack): Promise<void> {
  const state = await stack.exportStack();
  for (const resource of (state.deployment as { resources?: { protect?: boolean }[] }).resources ?? []) {
    delete resource.protect;
  }
  await stack.importStack(state);
  await stack.destroy(quiet);
}

const instance = `golden-${randomBytes(2).toString("hex")}`;
const spec = DedicatedSpec.parse({
  ref: newProjectRef(),
  plan: "dedicated",
  size: "nano",
  extensions: ["hstore"],
  keys: firstKeys(1_700_000_000),
  passwordGeneration: 0,
  imported: {},
  stack: {
    services: ["rest", "meta"],
    postgresSettings: { work_mem: "4MB" },
    routes: [{ path: "/billing", target: "https://billing.example.com", auth: "anon", strip_path: true }],
    publishDatabase: true,
    images: {
      db: "supalove/supabase-postgres:dev",
      rest: "supalove/postgrest:dev",
      meta: "supalove/postgres-meta:dev",
      gateway: "supalove/nginx:dev",
    },
    gatewayPort: await freePort(),
    databasePort: await freePort(),
    paused: false,
  },
});
const place = ServerPlace.parse({
  kind: "server",
  endpoint: ENDPOINT,
  instance,
  cores: availableParallelism(),
  bindAddress: "127.0.0.1",
  edgeNetwork: `${instance}-projects`,
  reachedAt: null,
});

const edge = await dockerEngine(ENDPOINT).createNetwork({ Name: place.edgeNetwork });
const served = await serveProviders();
try {
  const { program } = projectRun(spec, place);
  const inline = async () => ({ ...(await program()) });
  await withGoldenStack(
    { project: PROJECT_STACKS, stack: spec.ref, program: inline, env: served.env },
    async (stack) => {
      try {
        await stack.up(quiet);
        const exported = (await stack.exportStack()) as unknown as Parameters<typeof sanitiseState>[0];
        // They stand beside the password that the provider opens the database with.
        const state = sanitiseState(exported, new Set([ENDPOINT, stackName(instance, spec.ref, "db")]));
        process.stdout.write(`${JSON.stringify({ spec, place, ...(state as object) })}\n`);
      } finally {
        await takeAway(stack);
      }
    },
  );
} finally {
  served.close();
  await edge.remove();
}
