import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { plannedChanges, plannedStep, Redactor } from "@supalove/components/preview/index.ts";
import { goldenPreview } from "@supalove/components/testing/goldenPreview.ts";
import { firstKeys, ProjectRef, type ProjectSpec } from "@supalove/contracts";
import { describe, expect, it } from "vitest";
import { PROJECT_STACKS, projectRun, serveProviders } from "./index.ts";

const folder = join(import.meta.dirname, "../golden");
const states = readdirSync(folder).filter((file) => file.endsWith(".json"));

/** Types whose loss is the loss of data, or of what was signed and sealed with them. */
const PRECIOUS = /:(Database|Volume|Network|RandomBytes|RandomPassword|Realm)$/;

interface Golden {
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

/** The spec that a state was made from, so far as it decides what is made. */
function specOf({ deployment: { resources } }: Golden): ProjectSpec {
  const ref = ProjectRef.parse(resources[0]?.urn.split(":")[2]);
  const schema = resources.find(({ type }) => type === "supalove:cluster:TenantSchema");
  const extensions = schema?.inputs?.["extensions"] as string[];
  return { ref, plan: "shared", size: "micro", extensions, ...SECRETS };
}

describe("a project's state as an earlier version left it", () => {
  it("is kept for this version, too", () => expect(states.length).toBeGreaterThan(0));

  it.each(states)("%s: this version replaces and deletes no database and no secret", async (file) => {
    const state = join(folder, file);
    const spec = specOf(JSON.parse(readFileSync(state, "utf8")) as Golden);
    const place = {
      kind: "cluster" as const,
      host: "shared-db",
      port: 5432,
      username: "supabase_admin",
      password: "golden-password",
    };
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
