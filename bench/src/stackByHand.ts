import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { databaseSql } from "@supalove/components/provider/projectDatabase/databaseSql.ts";
import { execa } from "execa";
import { containerOf, docker } from "../../tests/harness/stack.ts";

interface Inspected {
  readonly Config: { readonly Image: string; readonly Env: readonly string[]; readonly Cmd: readonly string[] | null };
  readonly HostConfig: { readonly Memory: number; readonly NanoCpus: number };
}

/** What the containers of a live project are run with: a script of today would have it in a file. */
export interface StackRecipe {
  readonly containers: Readonly<Record<"db" | "rest" | "meta" | "gateway", Inspected>>;
  readonly nginxConf: string;
  readonly password: string;
  /** Sets up the logins, with the passwords that the containers were given. */
  readonly rolesSql: string;
}

/** Reads the recipe off a live dedicated project. */
export async function stackRecipe(ref: string): Promise<StackRecipe> {
  const inspect = async (service: string) =>
    (JSON.parse(await docker("inspect", containerOf(ref, service))) as Inspected[])[0] as Inspected;
  const [db, rest, meta, gateway] = await Promise.all(["db", "rest", "meta", "gateway"].map(inspect));
  const variable = (container: Inspected | undefined, name: string) =>
    container?.Config.Env.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const passwords = {
    owner: variable(meta, "PG_META_DB_PASSWORD"),
    authenticator: decodeURIComponent(new URL(variable(rest, "PGRST_DB_URI")).password),
    // Services that are still to come.
    authAdmin: "bench",
    storageAdmin: "bench",
  };
  const password = await docker("exec", containerOf(ref, "db"), "cat", "/run/supalove/postgres-password");
  return {
    containers: {
      db: db as Inspected,
      rest: rest as Inspected,
      meta: meta as Inspected,
      gateway: gateway as Inspected,
    },
    nginxConf: await docker("exec", containerOf(ref, "gateway"), "cat", "/etc/nginx/nginx.conf"),
    password,
    rolesSql: databaseSql({ access: { password }, extensions: [], passwords }),
  };
}

/** A stack that a script made; to be taken away again. */
export interface HandMadeStack {
  remove(): Promise<void>;
}

/**
 * The same containers as a dedicated project's, by `docker run` in the order of what they need, each waited for until it is
 * healthy where the next one needs it, and all of them at the end.
 */
export async function stackByHand({ containers, nginxConf, password, rolesSql }: StackRecipe): Promise<HandMadeStack> {
  const id = `slbench${randomBytes(4).toString("hex")}`;
  const folder = await mkdtemp(join(tmpdir(), "supalove-bench-"));
  const files = { password: join(folder, "password"), nginx: join(folder, "nginx.conf") };
  await writeFile(files.password, password, { mode: 0o444 });
  await writeFile(files.nginx, nginxConf, { mode: 0o444 });
  const run = async (service: keyof typeof containers, ...options: string[]) => {
    const { Config, HostConfig } = containers[service];
    await docker(
      ...["run", "--detach", "--name", `${id}-${service}`, "--network", id, "--network-alias", service, "--init"],
      ...["--memory", String(HostConfig.Memory), "--cpus", String(HostConfig.NanoCpus / 1e9), "--cap-drop", "ALL"],
      ...Config.Env.flatMap((pair) => ["--env", pair]),
      ...options,
      Config.Image,
      ...(service === "db" ? (Config.Cmd ?? []) : []),
    );
  };
  const healthy = async (service: string) => {
    for (;;) {
      const format = "{{.State.Status}} {{.State.Health.Status}}";
      const [state, health] = (await docker("inspect", "--format", format, `${id}-${service}`)).split(" ");
      if (health === "healthy") return;
      if (state !== "running") throw new Error(`${service} of the script's stack is ${state}`);
      await sleep(50);
    }
  };
  await docker("network", "create", "--internal", "--opt", "com.docker.network.bridge.inhibit_ipv4=true", id);
  await docker("volume", "create", id);
  await run(
    "db",
    ...["--volume", `${id}:/var/lib/postgresql/data`, "--volume", `${files.password}:/run/supalove/postgres-password`],
    ...["--health-interval", "1s", "--health-cmd", "pg_isready -q -h 127.0.0.1 -U supabase_admin -d postgres"],
  );
  await healthy("db");
  const psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "supabase_admin", "-d", "postgres"];
  await execa("docker", ["exec", "--interactive", `${id}-db`, ...psql], { input: rolesSql });
  await run("rest");
  await run("meta");
  await run("gateway", "--volume", `${files.nginx}:/etc/nginx/nginx.conf`, "--publish", "127.0.0.1:0:8080");
  for (const service of ["rest", "meta", "gateway"]) await healthy(service);
  return {
    async remove() {
      await docker("rm", "--force", ...Object.keys(containers).map((service) => `${id}-${service}`));
      await docker("volume", "rm", id);
      await docker("network", "rm", id);
      await rm(folder, { recursive: true });
    },
  };
}
