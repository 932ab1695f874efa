import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, sql } from "../harness/api.ts";
import { client } from "../harness/client.ts";

describe("extensions of a shared project", () => {
  let project: LiveProject;
  beforeAll(async () => {
    project = await createProject("ext", { extensions: ["hstore"] });
  });
  afterAll(() => deleteProject(project.ref));

  it("come with the usual ones in schema extensions", async () => {
    const rows = await sql<{ extname: string }>(
      project.ref,
      "select e.extname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where n.nspname = 'extensions'",
    );
    expect(rows.map((row) => row.extname)).toEqual(
      expect.arrayContaining(["uuid-ossp", "pgcrypto", "pg_trgm", "unaccent", "citext", "vector", "pgjwt", "hstore"]),
    );
  });

  it.each(["uuid-ossp", "pgcrypto", "vector", "pgjwt"])("let a migration say it wants %s again", async (name) => {
    await sql(project.ref, `create extension if not exists "${name}" with schema extensions`);
  });

  it.each(["pg_net", "pg_graphql", "pg_cron"])("say what to do where %s can't be had", async (name) => {
    const answer = await api<{ message: string; hint?: string }>(`/v1/projects/${project.ref}/database/query`, {
      body: { query: `create extension "${name}"` },
    });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toMatch(new RegExp(name));
    expect(JSON.stringify(answer.body)).toMatch(/upstream|dedicated|not available|instead/i);
  });

  it("find nearest neighbours through supabase-js", async () => {
    await sql(
      project.ref,
      `create table public.items (id int primary key, e extensions.vector(3));
       insert into public.items values (1, '[1,0,0]'), (2, '[0,1,0]');
       create function public.nearest(q extensions.vector) returns setof int language sql stable
         as $$ select id from public.items order by e operator(extensions.<->) q limit 1 $$;`,
    );
    const answer = await client(project, project.serviceRoleKey).rpc("nearest", { q: "[0,0.9,0]" });
    expect(answer).toMatchObject({ error: null, data: [2] });
  });
});
