import { randomBytes } from "node:crypto";
import { execa } from "execa";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, projectWithStatus, sql } from "../harness/api.ts";
import { client } from "../harness/client.ts";
import { succeeded } from "../harness/operations.ts";
import { instance } from "../harness/platform.ts";
import { openSecondEngine, type SecondEngine } from "../harness/secondEngine.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";
import { containerOf, docker, remainsOf } from "../harness/stack.ts";

/*
 * A second server, which is a Docker engine on a machine of its own as far as the kernel gives one: what an operator writes
 * into the control database, and what of a project then is where.
 */

const SERVICES = ["db", "rest", "meta", "gateway"] as const;
const EDGE = "projects";

/** An operator's statements, in one transaction. */
const inControlDatabase = (statements: string) =>
  docker(
    ...["exec", `${instance}-control-db`, "psql", "-U", "supabase_admin", "-d", "supalove"],
    ...["-v", "ON_ERROR_STOP=1", "-1Atqc", statements],
  );

/** Every tag of the images that a project's containers run. */
async function imagesOf(ref: string): Promise<string[]> {
  const ids = await docker("inspect", "-f", "{{.Image}}", ...SERVICES.map((service) => containerOf(ref, service)));
  const tags = await docker("image", "inspect", "-f", "{{range .RepoTags}}{{println .}}{{end}}", ...ids.split("\n"));
  return tags.split("\n").filter((tag) => tag !== "");
}

/** @throws where one of the platform's containers gets no connection to the engine: nothing below could pass */
async function mustReach(service: string, { endpoint }: SecondEngine): Promise<void> {
  const { hostname, port } = new URL(endpoint);
  const attempt = ["timeout", "3", "bash", "-c", `exec 3<>/dev/tcp/${hostname}/${port}`];
  const { exitCode } = await execa("docker", ["exec", `${instance}-${service}`, ...attempt], { reject: false });
  if (exitCode !== 0) throw new Error(`${service} does not reach a server's engine at ${endpoint}`);
}

describe("a second server", { timeout: 300_000 }, () => {
  // Among servers with as few projects the first one by its name is taken, and the other one is called "local".
  const id = `far-${randomBytes(3).toString("hex")}`;
  let near: LiveProject;
  let far: LiveProject;
  let engine: SecondEngine;

  const farRemains = async () => {
    const filter = ["--filter", `label=supalove.instance=${instance}`];
    const lists = await Promise.all([
      engine.docker("ps", "--all", ...filter, "--format", "{{.Names}}"),
      engine.docker("volume", "ls", ...filter, "--format", "{{.Name}}"),
      engine.docker("network", "ls", ...filter, "--format", "{{.Name}}"),
    ]);
    return lists.flatMap((text) => text.split("\n")).filter((name) => name !== "");
  };

  const register = ({ endpoint, address }: SecondEngine) =>
    inControlDatabase(
      `insert into servers (id, endpoint, bind_address, public_host, edge_network, reached_at, port_from, port_to)
       values ('${id}', '${endpoint}', '${address}', '${address}', '${EDGE}', '${address}', 7000, 7099)`,
    );

  beforeAll(async () => {
    near = await createProject("near", { plan: "dedicated" });
    engine = await openSecondEngine();
    await engine.load(await imagesOf(near.ref));
    await engine.docker("network", "create", "-o", "com.docker.network.bridge.name=slprojects", EDGE);
    for (const service of ["runner", "gateway"]) await mustReach(service, engine);
    await register(engine);
    far = await createProject("far", { plan: "dedicated", extensions: ["vector"] });
  });
  afterAll(async () => {
    try {
      // One that could not be made has a row all the same.
      const made = `select ref from projects where server_id = '${id}' and deleted_at is null and name like 'far-%'`;
      const refs = [...(await inControlDatabase(made)).split("\n").filter((ref) => ref !== ""), near?.ref];
      for (const ref of refs) if (ref) await deleteProject(ref, { seconds: 120 });
    } finally {
      // Rows of projects that are gone name their server for good.
      await inControlDatabase(
        `update projects set server_id = null where server_id = '${id}' and deleted_at is not null;
         delete from port_leases where server_id = '${id}'; delete from servers where id = '${id}'`,
      ).finally(() => engine?.close());
    }
  });

  it("has all of the new project, and the first one nothing of it", async () => {
    const parts = ["", "-data", "-db", "-gateway", "-meta", "-rest"];
    expect((await farRemains()).sort()).toEqual(parts.map((part) => `${containerOf(far.ref)}${part}`));
    expect(await remainsOf(far.ref)).toEqual([]);
    expect((await remainsOf(near.ref)).length).toBe(parts.length);
  });

  it("answers through the routing gateway, and at the project's own port", async () => {
    await sql(far.ref, "create table public.notes (body text); grant select, insert on public.notes to service_role");
    // REST knows a new table a moment later.
    const insert = () => client(far, far.serviceRoleKey).from("notes").insert({ body: "far" });
    await sleepUntil("the new table", async () => ((await insert()).error === null ? true : undefined));
    const port = /:(\d+)$/m.exec(await engine.docker("port", containerOf(far.ref, "gateway"), "8080"))?.[1];
    for (const url of [far.url, `http://${engine.address}:${port}`]) {
      const { data } = await client({ ...far, url }, far.serviceRoleKey)
        .from("notes")
        .select("body");
      expect(data, url).toEqual([{ body: "far" }]);
    }
    for (const key of [near.anonKey, near.serviceRoleKey, near.secretKey]) {
      const answer = await fetch(`${far.url}/rest/v1/notes`, { headers: { apikey: key } });
      expect(answer.status).toBe(401);
    }
  });

  it("takes changes, gives the database's address, and has no drift", async () => {
    await succeeded(`/v1/projects/${far.ref}`, { method: "PATCH", body: { publish_database: true } });
    const { body } = await api<{ connection_string: string }>(
      `/v1/projects/${far.ref}/database/connection?reveal=true`,
    );
    expect(new URL(body.connection_string).hostname).toBe(engine.address);
    const session = new pg.Client({ connectionString: body.connection_string, connectionTimeoutMillis: 10_000 });
    await session.connect();
    const { rows } = await session.query("select body from notes").finally(() => session.end());
    expect(rows).toEqual([{ body: "far" }]);
    await succeeded(`/v1/projects/${far.ref}/drift`);
    expect((await api(`/v1/projects/${far.ref}/drift`)).body).toMatchObject({ drifted: false, changes: [] });
  });

  it("is repaired there", async () => {
    await engine.docker("rm", "--force", containerOf(far.ref, "rest"));
    await succeeded(`/v1/projects/${far.ref}/drift`);
    expect((await api(`/v1/projects/${far.ref}/drift`)).body).toMatchObject({ drifted: true });
    await succeeded(`/v1/projects/${far.ref}/drift/repair`);
    expect((await client(far, far.serviceRoleKey).from("notes").select("body")).data).toEqual([{ body: "far" }]);
  });

  it("keeps the data of a paused project, and nothing that runs", async () => {
    await succeeded(`/v1/projects/${far.ref}/pause`);
    await projectWithStatus(far.ref, ["INACTIVE"]);
    expect((await farRemains()).sort()).toEqual([containerOf(far.ref), `${containerOf(far.ref)}-data`]);
    await succeeded(`/v1/projects/${far.ref}/restore`);
    expect((await client(far, far.serviceRoleKey).from("notes").select("body")).data).toEqual([{ body: "far" }]);
    expect(await remainsOf(far.ref)).toEqual([]);
  });

  it("has nothing of a deleted project, and its ports are free again", async () => {
    await deleteProject(far.ref, { seconds: 120 });
    expect(await farRemains()).toEqual([]);
    expect(await inControlDatabase(`select count(*) from port_leases where server_id = '${id}'`)).toBe("0");
    const { stdout } = await execa("docker", [
      "--host",
      engine.endpoint,
      "network",
      "inspect",
      EDGE,
      "-f",
      "{{.Containers}}",
    ]);
    expect(stdout).toBe("map[]");
  });
});
