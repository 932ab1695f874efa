import { createHmac, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  buildDatabaseCommand,
  buildDatabaseEnv,
  buildMetaEnv,
  buildRestEnv,
  HOSTS,
  PASSWORD_FILE,
  PORTS,
} from "../../components/src/project/dedicated/buildServiceEnv.ts";
import { planSize } from "../../components/src/project/dedicated/planSize.ts";
import { buildGatewayConf } from "../../components/src/project/gateway/buildGatewayConf.ts";
import { databaseSql } from "../../components/src/provider/projectDatabase/databaseSql.ts";
import { ownMark, TEST_LABEL } from "../../testing/src/ownMark.ts";
import {
  UPSTREAM_API_SCHEMAS,
  UPSTREAM_EXTENSIONS,
  UPSTREAM_FUNCTIONS,
  UPSTREAM_MEMBERSHIPS,
  UPSTREAM_ROLES,
  UPSTREAM_SCHEMAS,
  UPSTREAM_SERVICES,
  UPSTREAM_SETTINGS,
} from "./upstreamContract.ts";
import { UPSTREAM_IMAGES } from "./upstreamSet.ts";

/*
 * A dedicated project's services as its component starts them, from the local images: what the component uses is upstream's,
 * and what the images read and give is too.
 */

const id = `supalove-test-${randomBytes(4).toString("hex")}`;
const image = { db: "supabase-postgres", rest: "postgrest", meta: "postgres-meta" } as const;
const JWT_SECRET = "a-secret-of-at-least-thirty-two-characters";
/** As awkward as a password may be that somebody brings along. */
const passwords = { owner: "o~1.A_b-c", authenticator: "a~1.A_b-c", authAdmin: "aa-1", storageAdmin: "sa-1" };
const env = {
  db: buildDatabaseEnv(),
  rest: buildRestEnv({ password: passwords.authenticator, jwtSecrets: [JWT_SECRET], pool: 7 }),
  meta: buildMetaEnv({ password: passwords.owner, cryptoKey: randomBytes(16).toString("hex") }),
};
type Service = keyof typeof env;
const SERVICES = Object.keys(env) as Service[];

const docker = async (...args: string[]) => (await execa("docker", args)).stdout;
const variables = (service: Service) =>
  Object.entries(env[service]).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
const tag = (service: Service) => `supalove/${image[service]}:dev`;

async function create(service: Service, ...command: string[]): Promise<string> {
  const name = `${id}-${service}`;
  const network = ["--network", id, "--network-alias", HOSTS[service]];
  await docker(
    "create",
    "--name",
    name,
    "--label",
    `${TEST_LABEL}=${await ownMark()}`,
    ...network,
    ...variables(service),
    tag(service),
    ...command,
  );
  return name;
}

/** Puts the superuser's password where the component does; the folder is not in the image. */
async function putPassword(container: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "supalove-test-"));
  try {
    const inside = join(folder, basename(dirname(PASSWORD_FILE)));
    await mkdir(inside);
    await writeFile(join(inside, basename(PASSWORD_FILE)), "of-the-superuser", { mode: 0o644 });
    await docker("cp", inside, `${container}:${dirname(dirname(PASSWORD_FILE))}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A JWT of a role, as a project's keys are. */
function tokenOf(role: string, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ role })}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

const psql = (statement: string) =>
  docker(
    "exec",
    `${id}-db`,
    "psql",
    "-X",
    "-v",
    "ON_ERROR_STOP=1",
    "-U",
    "supabase_admin",
    "-d",
    "postgres",
    "-Atc",
    statement,
  );
const rows = async <T>(query: string): Promise<T> =>
  JSON.parse(await psql(`select coalesce(json_agg(r), '[]') from (${query}) r`)) as T;

/** A login's own session, as a client of the project opens it. */
async function asLogin(login: string, password: string, statement: string): Promise<string> {
  const session = [
    "psql",
    "-X",
    "-v",
    "ON_ERROR_STOP=1",
    "-h",
    "127.0.0.1",
    "-U",
    login,
    "-d",
    "postgres",
    "-Atc",
    statement,
  ];
  return docker("exec", "-e", `PGPASSWORD=${password}`, `${id}-db`, ...session);
}

async function address(service: Service): Promise<string> {
  return docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", `${id}-${service}`);
}

async function until<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 30_000; ; await sleep(100)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw new Error(`no ${what}`, { cause: error });
    }
  }
}

async function ask(service: Service, port: number, path: string, init: RequestInit = {}): Promise<Response> {
  const url = `http://${await address(service)}:${port}${path}`;
  return until(`answer of ${service}`, () => fetch(url, { ...init, signal: AbortSignal.timeout(5_000) }));
}

beforeAll(async () => {
  await docker("network", "create", "--internal", "--label", `${TEST_LABEL}=${await ownMark()}`, id);
  const db = await create("db", ...buildDatabaseCommand(planSize("micro", {}, null).postgres));
  await putPassword(db);
  await docker("start", db);
  await until("database", () => docker("exec", db, "pg_isready", "-q", "-h", "127.0.0.1", "-U", "supabase_admin"));
  const inside = [
    "exec",
    "-i",
    db,
    "psql",
    "-X",
    "-q",
    "-v",
    "ON_ERROR_STOP=1",
    "-U",
    "supabase_admin",
    "-d",
    "postgres",
  ];
  await execa("docker", inside, {
    input: databaseSql({ access: { password: "of-the-superuser" }, extensions: ["vector"], passwords }),
  });
  for (const service of ["rest", "meta"] as const) await docker("start", await create(service));
});
afterAll(async () => {
  await execa("docker", ["rm", "--force", "--volumes", ...SERVICES.map((service) => `${id}-${service}`)], {
    reject: false,
  });
  await execa("docker", ["network", "rm", id], { reject: false });
});

describe("what a dedicated project's component uses", () => {
  it("is held against the versions that the catalogue names", () => {
    for (const service of SERVICES) expect(UPSTREAM_SERVICES[service].image).toBe(UPSTREAM_IMAGES[image[service]]);
  });

  it.each(SERVICES)("%s: variables that upstream reads, and the port where it listens", (service) => {
    expect(Object.keys(env[service]).filter((name) => !UPSTREAM_SERVICES[service].env.includes(name))).toEqual([]);
    expect(PORTS[service]).toBe(UPSTREAM_SERVICES[service].port);
  });

  it("is a configuration that nginx takes", async () => {
    const { nginxConf } = buildGatewayConf({
      ref: "abcdefghijklmnopqrst",
      keys: {
        anonKey: tokenOf("anon", JWT_SECRET),
        serviceRoleKey: tokenOf("service_role", JWT_SECRET),
        publishableKey: "sb_publishable_AbCdEfGhIjKlMnOpQrStUv_Ab-d_f-h",
        secretKey: "sb_secret_AbCdEfGhIjKlMnOpQrStUv_Zb-d_f-h",
        anonJwt: tokenOf("anon", JWT_SECRET),
        serviceJwt: tokenOf("service_role", JWT_SECRET),
      },
      services: {
        ...{ auth: null, storage: null, realtime: null, functions: null },
        rest: { host: HOSTS.rest, port: PORTS.rest },
        meta: { host: HOSTS.meta, port: PORTS.meta },
      },
      limits: { bodyBytes: 1_000_000, timeoutSeconds: 60 },
      routes: [],
      databasePort: true,
    });
    const check = "cat > /tmp/nginx.conf && nginx -t -c /tmp/nginx.conf";
    const tested = await execa(
      "docker",
      ["run", "--rm", "-i", "--network", "none", "--entrypoint", "sh", "supalove/nginx:dev", "-c", check],
      { input: nginxConf, reject: false },
    );
    expect([tested.exitCode, tested.stderr]).toEqual([0, expect.stringContaining("test is successful")]);
  });
});

describe("the local images", () => {
  it("rest: takes every variable as it was given", async () => {
    const shown = await docker(
      "run",
      "--rm",
      "--network",
      id,
      ...variables("rest"),
      tag("rest"),
      "/bin/postgrest",
      "--dump-config",
    );
    const known = new Map(
      shown.split("\n").map((line): [string, string] => {
        const [, name = "", value = ""] = /^([a-z-]+) = (.*)$/.exec(line) ?? [];
        return [name, value.replace(/^"(.*)"$/, "$1").replaceAll('\\"', '"')];
      }),
    );
    const read = (name: string) =>
      known.get(
        name
          .replace(/^PGRST_/, "")
          .toLowerCase()
          .replaceAll("_", "-"),
      );
    const given = Object.keys(env.rest);
    expect(Object.fromEntries(given.map((name) => [name, read(name)]))).toEqual(env.rest);
  });

  it("rest: is ready at its own port, and answers for a role of the project's JWTs and for nobody's", async () => {
    await until("ready REST", async () => {
      const answer = await ask("rest", PORTS.restAdmin, "/ready");
      if (answer.status !== 200) throw new Error(String(answer.status));
    });
    const status = async (secret: string) =>
      (await ask("rest", PORTS.rest, "/", { headers: { authorization: `Bearer ${tokenOf("service_role", secret)}` } }))
        .status;
    expect(await status(JWT_SECRET)).toBe(200);
    expect(await status(`${JWT_SECRET}-of-another`)).toBe(401);
  });

  it("meta: reads every variable, and works as the project's own login", async () => {
    const names = Object.keys(env.meta);
    const program = await docker(
      "run",
      "--rm",
      "--network",
      "none",
      "--entrypoint",
      "sh",
      tag("meta"),
      "-c",
      `cat /app/*.js | grep -oE '${names.join("|")}' | sort -u`,
    );
    expect(program.split("\n").sort()).toEqual(names.sort());
    expect((await ask("meta", PORTS.meta, "/health")).status).toBe(200);
    const body = JSON.stringify({ query: "select current_user, current_setting('is_superuser') as power" });
    const answer = await ask("meta", PORTS.meta, "/query", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(await answer.json()).toEqual([{ current_user: "postgres", power: "off" }]);
  });

  it("db: takes its variables, and the platform's settings over its own", async () => {
    expect(await psql("select current_setting('app.settings.jwt_exp')")).toBe(env.db["JWT_EXP"]);
    expect(await asLogin("supabase_admin", "of-the-superuser", "select current_database()")).toBe(
      env.db["POSTGRES_DB"],
    );
    for (const [name, value] of Object.entries(planSize("micro", {}, null).postgres)) {
      expect(await psql(`select current_setting('${name}')`), name).toBe(value);
    }
    expect(await psql("select current_setting('log_min_messages')")).toBe("fatal");
  });
});

describe("the database that upstream's clients expect", () => {
  it("has the roles with their powers", async () => {
    const found = await rows<{ rolname: string; powers: string }[]>(
      `select rolname, concat(case when rolsuper then 'S' end, case when rolcanlogin then 'L' end, case when rolinherit then 'I' end,
         case when rolcreaterole then 'C' end, case when rolcreatedb then 'D' end, case when rolreplication then 'R' end,
         case when rolbypassrls then 'B' end) as powers from pg_roles`,
    );
    const powers = new Map(found.map((role) => [role.rolname, role.powers]));
    const names = Object.keys(UPSTREAM_ROLES);
    expect(Object.fromEntries(names.map((name) => [name, powers.get(name)]))).toEqual(UPSTREAM_ROLES);
  });

  it("has them in their groups", async () => {
    for (const [group, member] of UPSTREAM_MEMBERSHIPS) {
      expect(await psql(`select pg_has_role('${member}', '${group}', 'member')`), `${member} in ${group}`).toBe("t");
    }
  });

  it("begins each role's session with its settings", async () => {
    const found = await rows<{ rolname: string; rolconfig: string[] | null }[]>(
      "select rolname, rolconfig from pg_roles",
    );
    const settings = Object.fromEntries(
      found.map(({ rolname, rolconfig }) => [
        rolname,
        Object.fromEntries(
          (rolconfig ?? []).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
        ),
      ]),
    );
    expect(settings).toMatchObject(UPSTREAM_SETTINGS);
  });

  it("has the schemas, where their makers make things and the API's roles look", async () => {
    for (const [schema, maker] of Object.entries(UPSTREAM_SCHEMAS)) {
      expect(await psql(`select has_schema_privilege('${maker}', '${schema}', 'usage, create')`), schema).toBe("t");
    }
    for (const schema of UPSTREAM_API_SCHEMAS) {
      for (const role of ["anon", "authenticated", "service_role"]) {
        expect(await psql(`select has_schema_privilege('${role}', '${schema}', 'usage')`), `${role} in ${schema}`).toBe(
          "t",
        );
      }
    }
  });

  it("has the extensions in their schema, functions, publication and the watch of schemas", async () => {
    const found = await rows<{ extname: string; nspname: string }[]>(
      "select extname, nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname <> 'plpgsql' and nspname = 'extensions'",
    );
    expect(found.map(({ extname }) => extname)).toEqual(expect.arrayContaining([...UPSTREAM_EXTENSIONS, "vector"]));
    for (const [signature, type] of Object.entries(UPSTREAM_FUNCTIONS)) {
      expect(
        await psql(`select prorettype::regtype from pg_proc where oid = '${signature}'::regprocedure`),
        signature,
      ).toBe(type);
    }
    const publication =
      "select pubname, pubinsert and pubupdate and pubdelete and pubtruncate as whole, pg_get_userbyid(pubowner) as owner from pg_publication";
    expect(await rows(publication)).toEqual([{ pubname: "supabase_realtime", whole: true, owner: "postgres" }]);
    const watches = await rows<{ evtname: string }[]>(
      "select evtname from pg_event_trigger where evtevent in ('ddl_command_end', 'sql_drop')",
    );
    expect(watches.map(({ evtname }) => evtname)).toEqual(
      expect.arrayContaining(["pgrst_ddl_watch", "pgrst_drop_watch"]),
    );
  });

  it("gives the services' logins what their migrations need, and what postgres makes to the API at once", async () => {
    const own = (name: string) =>
      `create table ${name}.contract_probe (id int); drop table ${name}.contract_probe; select current_schema()`;
    expect(await asLogin("supabase_auth_admin", passwords.authAdmin, own("auth"))).toContain("auth");
    expect(await asLogin("supabase_storage_admin", passwords.storageAdmin, own("storage"))).toContain("storage");
    const become = "set role anon; set role authenticated; set role service_role; select current_user";
    expect(await asLogin("supabase_storage_admin", passwords.storageAdmin, become)).toContain("service_role");
    expect(await asLogin("authenticator", passwords.authenticator, become)).toContain("service_role");
    await asLogin("postgres", passwords.owner, "create table public.made (id serial)");
    for (const role of ["anon", "authenticated", "service_role"]) {
      expect(await psql(`select has_table_privilege('${role}', 'public.made', 'select, insert, update, delete')`)).toBe(
        "t",
      );
      expect(await psql(`select has_sequence_privilege('${role}', 'public.made_id_seq', 'usage')`)).toBe("t");
    }
    // A group's rights are its members' at once: who gives a role of its own to "authenticated" expects that.
    await asLogin(
      "postgres",
      passwords.owner,
      "create role readers; create table public.kept (id int); revoke all on public.kept from authenticated; grant select on public.kept to readers; grant readers to authenticated",
    );
    expect(await psql("select has_table_privilege('authenticated', 'public.kept', 'select')")).toBe("t");
  });
});
