import { randomBytes } from "node:crypto";
import {
  POSTGRES_SETTING_FACTS,
  POSTGRES_SETTINGS,
  type PostgresSettingFacts,
  type PostgresSettingName,
  postgresSettingFault,
} from "@supalove/contracts";
import { ownMark, TEST_LABEL } from "@supalove/testing/ownMark.ts";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { untilAnswers } from "../../provider/projectDatabase/access.ts";
import { settingsFaults, tableBytes } from "./settingsFaults.ts";

/* What is said of Postgres's settings, against the Postgres of dedicated projects. */

const id = `supalove-test-${randomBytes(4).toString("hex")}`;
const password = "of-the-superuser";
const MIB = 1024 ** 2;

const docker = async (...args: string[]) => (await execa("docker", args)).stdout;
const PSQL = [
  ...["exec", "--interactive", "--env", `PGPASSWORD=${password}`, id, "psql", "-XqAt", "-v", "ON_ERROR_STOP=1"],
  ...["-h", "localhost", "-U", "supabase_admin", "-d", "postgres"],
];

beforeAll(async () => {
  await docker(
    ...["run", "--detach", "--name", id, "--label", `${TEST_LABEL}=${await ownMark()}`],
    ...["--env", `POSTGRES_PASSWORD=${password}`, "supalove/supabase-postgres:dev"],
  );
  await untilAnswers({ endpoint: "unix:///var/run/docker.sock", container: id, password });
});
afterAll(() => execa("docker", ["rm", "--force", "--volumes", id], { reject: false }));

interface Row {
  readonly name: PostgresSettingName;
  readonly vartype: PostgresSettingFacts["type"];
  readonly unit: string | null;
  readonly min_val: string | null;
  readonly max_val: string | null;
  readonly enumvals: readonly string[] | null;
}

function factsOf({ vartype, unit, min_val, max_val, enumvals }: Row) {
  if (vartype === "bool") return { type: vartype };
  if (vartype === "enum") return { type: vartype, values: enumvals };
  return { type: vartype, unit, min: Number(min_val), max: Number(max_val) };
}

/** Values at the edges of what a setting may be, and some that are none. */
function valuesOf(name: PostgresSettingName): string[] {
  const facts = POSTGRES_SETTING_FACTS[name];
  const odd = ["banana", "", "1e", "--1", "0x", "on off", "8 mb", "1.5.2"];
  if (facts.type === "bool") return [...odd, "on", "OFF", "true", "no", "1", "0", "2", "maybe"];
  if (facts.type === "enum") return [...odd, ...facts.values, "REPLICA", "primary"];
  const { min, max } = facts;
  const numbers = [min - 1, min, min + 1, 0, -1, 100, 65_536, max - 1, max, max + 1].map(String);
  const units = ["B", "kB", "MB", "GB", "TB", "us", "ms", "s", "min", "h", "d", "KB", "m"];
  return [...odd, ...numbers, ...units.flatMap((unit) => [`1${unit}`, `0.5${unit}`, `1000${unit}`])];
}

describe("the table of settings", () => {
  it("is what Postgres says of itself", async () => {
    const names = POSTGRES_SETTINGS.map((name) => `'${name}'`).join();
    const text = await docker(
      ...PSQL,
      "-c",
      `select json_agg(s) from (select name, vartype, unit, min_val, max_val, enumvals from pg_settings
       where name in (${names})) s`,
    );
    const rows = JSON.parse(text) as Row[];
    expect(Object.fromEntries(rows.map((row) => [row.name, factsOf(row)]))).toEqual(POSTGRES_SETTING_FACTS);
  });

  it("takes what Postgres takes, but a log too small for it to start", async () => {
    const tried = POSTGRES_SETTINGS.flatMap((name) => valuesOf(name).map((value) => ({ name, value })));
    // The values are looked at and written down; nobody reads them before they are taken back.
    const lines = tried.flatMap(({ name, value }) => [
      `alter system set ${name} = '${value}';`,
      "\\echo refused :ERROR",
    ]);
    const input = [...lines, "alter system reset all;"].join("\n");
    const { stdout } = await execa("docker", [...PSQL, "-v", "ON_ERROR_STOP=0"], { input });
    const refused = stdout.split("\n").filter((line) => line.startsWith("refused"));
    expect(refused).toHaveLength(tried.length);
    const fault = ({ name, value }: (typeof tried)[number]) => postgresSettingFault(name, value);
    const inVain = tried.filter((each, at) => refused[at] === "refused true" && fault(each) === undefined);
    // More processes altogether than Postgres can number: no size has the memory for nearly as many.
    for (const { name, value } of inVain) {
      const stack = { postgresSettings: { [name]: value }, services: [] };
      expect(settingsFaults("large", stack), `${name} = ${value}`).toHaveLength(1);
    }
    const needless = tried.filter((each, at) => refused[at] === "refused false" && fault(each) !== undefined);
    expect(needless).toEqual(["2", "3"].map((value) => ({ name: "max_wal_size", value })));
  });
});

describe("what is reckoned of its memory", () => {
  it.each([
    {},
    { max_connections: "1000" },
    { max_connections: "1000", max_locks_per_transaction: "256" },
    { max_locks_per_transaction: "1000" },
    { max_worker_processes: "1000" },
    { max_wal_senders: "1000", max_replication_slots: "1000" },
    { track_activity_query_size: "102400" },
    { shared_buffers: "1GB" },
  ])("is near what it takes: %j", async (custom) => {
    const settings = { shared_buffers: "16MB", max_connections: "60", ...custom };
    // Asked of a folder of its own, as the one that is in use tells nothing more.
    const folder = "/tmp/asked";
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
    const asked = await docker(
      ...["exec", "--user", "postgres", id, "bash", "-c"],
      `[ -d ${folder} ] || { cp -a /var/lib/postgresql/data ${folder}; rm -f ${folder}/postmaster.pid; }
       postgres -D ${folder} -c config_file=/etc/postgresql/postgresql.conf ${options.join(" ")} -C shared_memory_size`,
    );
    const buffers = (settings.shared_buffers === "1GB" ? 1024 : 16) * MIB;
    const reckoned = (tableBytes(settings) + buffers) / MIB;
    const taken = Number(asked.split("\n").at(-1));
    expect(Math.abs(reckoned - taken), `${reckoned} MiB against ${taken}`).toBeLessThan(4 + taken * 0.1);
  });
});
