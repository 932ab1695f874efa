import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlCluster, startControlCluster } from "../testing/controlDatabase.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { ENGINE_VARIABLES, type EngineSettings } from "./engineSettings.ts";
import { findPulumi, openStack } from "./openStack.ts";

/* Stacks on a backend that nobody has used yet, with the real engine. */

/** What the engine makes when it finds nothing. */
const STATE_TABLE =
  "create table pulumi_state (key text primary key, data json not null, updated_at timestamptz default now())";

describe("the first stacks of a platform", () => {
  let cluster: ControlCluster;
  let folder: string;
  beforeAll(async () => {
    cluster = await startControlCluster();
    folder = await mkdtemp(join(tmpdir(), "supalove-first-stacks-"));
    await mkdir(join(folder, "home"));
    await writeFile(join(folder, "passphrase"), "of-the-stacks");
  });
  afterAll(async () => {
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("may be opened at once: only one of their engines makes the table of states", async () => {
    const url = (await cluster.empty()).replace(/^postgresql:/, "postgres:");
    const settings: EngineSettings = {
      backendUrl: `${url}?sslmode=disable`,
      passphraseFile: join(folder, "passphrase"),
      pulumiHome: join(folder, "home"),
      pulumiRoot: process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"),
      workRoot: join(folder, "stacks"),
    };
    const pulumi = await findPulumi(settings);
    const env = { ...ENGINE_VARIABLES, PULUMI_CONFIG_PASSPHRASE_FILE: settings.passphraseFile };
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    try {
      // Another engine that is about to have made it: the one that comes now waits for it, and then fails.
      await other.query("begin");
      await other.query(STATE_TABLE);
      const opening = openStack(
        settings,
        pulumi,
        { name: "first", presence: "new", mayCreate: true },
        async () => ({}),
        env,
      );
      await sleepUntil(async () => {
        const { rows } = await other.query("select from pg_locks where not granted");
        return rows.length > 0;
      }, "the engine waits for the table");
      await other.query("commit");
      expect((await opening).name).toBe("first");
    } finally {
      await other.end();
    }
  });
});
