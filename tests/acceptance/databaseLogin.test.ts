import { execa } from "execa";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, projectWithStatus, sql } from "../harness/api.ts";
import { instance, supalove } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

let project: LiveProject;
beforeAll(async () => {
  project = await createProject("login");
});
afterAll(() => project && deleteProject(project.ref));

interface Connection {
  readonly connection_string: string;
  readonly password: string;
  readonly host: string;
}

const connection = async () =>
  (await api<Connection>(`/v1/projects/${project.ref}/database/connection?reveal=true`)).body;

/** One query over a connection of one's own, as a person with the connection string would. */
async function ask(connectionString: string, query = "select current_user::text as me"): Promise<unknown> {
  const session = new pg.Client({ connectionString });
  await session.connect();
  try {
    return (await session.query(query)).rows[0];
  } finally {
    await session.end();
  }
}

async function ended(id: string): Promise<string> {
  return sleepUntil(`${id} to end`, async () => {
    const { status } = (await api<{ status: string }>(`/v1/operations/${id}`)).body;
    return ["succeeded", "failed", "cancelled"].includes(status) ? status : undefined;
  });
}

async function setPassword(password: string): Promise<void> {
  const path = `/v1/projects/${project.ref}/database/password`;
  const answer = await api<{ operation_id: string }>(path, { method: "PATCH", body: { password } });
  expect(answer.status).toBe(200);
  expect(await ended(answer.body.operation_id)).toBe("succeeded");
}

describe("a project's own database login", () => {
  it("gets in with the connection string that the API and the command line show", async () => {
    const { connection_string, host } = await connection();
    expect(host).toBe("localhost");
    expect(await ask(connection_string)).toEqual({ me: `postgres_${project.ref}` });
    const shown = await supalove("projects", "show", project.ref, "--reveal");
    expect(shown.stdout).toContain(connection_string);
    expect((await supalove("projects", "show", project.ref)).stdout).not.toContain(connection_string);
    const { body } = await api<{ database: { host: string; port: number } }>(`/v1/projects/${project.ref}`);
    expect(body.database.host).toBe("localhost");
    expect(new URL(connection_string).port).toBe(String(body.database.port));
  });

  it("gets a new password: the old one is refused, the new one works everywhere", async () => {
    const before = await connection();
    const password = `new /?#@:[] ${Date.now()}`;
    await setPassword(password);
    await expect(ask(before.connection_string)).rejects.toThrow(/password authentication failed/);
    const after = await connection();
    expect(after.password).toBe(password);
    expect(await ask(after.connection_string)).toEqual({ me: `postgres_${project.ref}` });
    expect(await sql(project.ref, "select 1 as one")).toMatchObject([{ one: 1 }]);
  });

  it("whose password was changed beside the platform is told apart from a pause, and mended by a new one", async () => {
    const statement = `alter role postgres_${project.ref} password 'changed by hand'`;
    const { connection_string } = await connection();
    // Its own people can't, the cluster's superuser can.
    await expect(ask(connection_string, statement)).rejects.toThrow(/kept by the platform/);
    const psql = ["psql", "-U", "supabase_admin", "-d", "postgres", "-c", statement];
    await execa("docker", ["exec", "-u", "postgres", `${instance}-shared-db`, ...psql]);
    const query = () =>
      api<{ code: string }>(`/v1/projects/${project.ref}/database/query`, { body: { query: "select 1 as one" } });
    // Connections that are open go on for some seconds.
    await sleepUntil(
      "a query that has to log in",
      async () => ((await query()).status === 201 ? undefined : true),
      60,
      15_000,
    );
    expect(await query()).toMatchObject({ status: 409, body: { code: "database_login_refused" } });
    await setPassword(`mended ${Date.now()}`);
    expect(await query()).toMatchObject({ status: 201, body: [{ one: 1 }] });
  });
});

describe("a healthy project whose database goes away", () => {
  it("is not called healthy for long, and is again when its database is back", async () => {
    const cluster = (statement: string) =>
      execa("docker", [
        ...["exec", "-u", "postgres", `${instance}-shared-db`],
        ...["psql", "-U", "supabase_admin", "-d", "postgres", "-c", statement],
      ]);
    await cluster(`alter role authenticator_${project.ref} nologin`);
    await projectWithStatus(project.ref, ["ACTIVE_UNHEALTHY"], 150);
    await cluster(`alter role authenticator_${project.ref} login`);
    await projectWithStatus(project.ref, ["ACTIVE_HEALTHY"], 120);
  });
});
