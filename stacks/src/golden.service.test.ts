import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { plannedChanges, plannedStep, Redactor } from "@supalove/components/preview/index.ts";
import { goldenPreview } from "@supalove/components/testing/goldenPreview.ts";
import { firstKeys, Place, ProjectRef, ProjectSpec } from "@supalove/contracts";
import { describe, expect, it } from "vitest";
import { PROJECT_STACKS, projectRun, serveProviders } from "./index.ts";

const folder = join(import.meta.dirname, "../golden");
const states = readdirSync(folder).filter((file) => file.endsWith(".json"));

/** Types whose loss is the loss of data, or of what was signed and sealed with them. */
const PRECIOUS = /:(Database|Volume|Network|RandomBytes|RandomPassword|Realm)$/;

interface Golden {
  /** What the state was made from, where that is kept beside it. */
  readonly spec?: unknown;
  readonly place?: unknown;
  readonly deployment: {
    readonly resources: readonly {
      readonly urn: string;
      readonly type: string;
      readonly inputs?: Readonly<Record<string, unknown>>;
    }[];
  };
}

/** Secrets as every project has them that was never rotated. */
const SECRETS = { keys: firstKeys(1_700_000_000), passwordGeneration: 0, imported: {} };

const CLUSTER = {
  kind: "cluster" as const,
  host: "shared-db",
  port: 5432,
  username: "supabase_admin",
  password: "golden-password",
};

/** The spec and the place that a state was made from; of a shared project, so far as they decide what is made. */
function originOf({ spec, place, deployment: { resources } }: Golden): { spec: ProjectSpec; place: Place } {
  if (spec !== undefined) return { spec: ProjectSpec.parse(spec), place: Place.parse(place) };
  const ref = ProjectRef.parse(resources[0]?.urn.split(":")[2]);
  const schema = resources.find(({ type }) => type === "supalove:cluster:TenantSchema");
  const extensions = schema?.inputs?.["extensions"] as string[];
  return { spec: { ref, plan: "shared", size: "micro", extensions, ...SECRETS }, place: CLUSTER };
}

describe("a project's state as an earlier version left it", () => {
  it("is kept for this version, too, of both plans", () => {
    const plans = states.map(
      (file) => originOf(JSON.parse(readFileSync(join(folder, file), "utf8")) as Golden).spec.plan,
    );
    expect([...new Set(plans)].sort()).toEqual(["dedicated", "shared"]);
  });

  it.each(states)("%s: this version replaces and deletes no database and no secret", async (file) => {
    const state = join(folder, file);
    const { spec, place } = originOf(JSON.parse(readFileSync(state, "utf8")) as Golden);
    const run = projectRun(spec, place);
    const served = await serveProviders();
    const program = async () => ({ ...(await run.program()) });
    const golden = { state, project: PROJECT_STACKS, stack: spec.ref, program, env: served.env };
    const events = await goldenPreview(golden).finally(() => served.close());
    const steps = events.flatMap((event) => plannedStep(event) ?? []);
    const changes = plannedChanges(steps, new Redactor());
    const lost = changes.filter(({ op, type }) => (op === "replace" || op === "delete") && PRECIOUS.test(type));
    expect(lost.map(({ summary }) => summary)).toEqual([]);
    expect(changes.filter(({ destructive }) => destructive)).toEqual([]);
    // It is the state of this very project: nothing of it has to be made anew.
    expect(changes.filter(({ op }) => op === "create")).toEqual([]);
  });
});
