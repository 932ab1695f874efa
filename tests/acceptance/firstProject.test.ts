import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, deleteProject, type LiveProject, liveProject, sql, uniqueName } from "../harness/api.ts";
import { client, userToken } from "../harness/client.ts";
import { adminToken, platform } from "../harness/platform.ts";

const shell = (script: string, env: Record<string, string>) => execa("sh", ["-c", script], { env, reject: false });

describe("a first shared project", () => {
  let project: LiveProject;

  beforeAll(async () => {
    project = await createProject("first");
    await sql(
      project.ref,
      `create table public.notes (id bigint generated always as identity primary key, owner uuid, body text not null);
       alter table public.notes enable row level security;
       create policy "everyone reads public notes" on public.notes for select using (owner is null);
       create policy "owners do all" on public.notes to authenticated
         using (owner = auth.uid()) with check (owner = auth.uid());`,
    );
  });
  afterAll(() => deleteProject(project.ref));

  it("lets an unmodified supabase-js write and read a row", async () => {
    const admin = client(project, project.serviceRoleKey);
    const written = await admin.from("notes").insert({ body: "hello" }).select().single();
    expect(written.error).toBeNull();
    expect(written.data).toMatchObject({ body: "hello", owner: null });

    const read = await client(project).from("notes").select("body");
    expect(read).toMatchObject({ error: null, data: [{ body: "hello" }] });
  });

  it("keeps users apart by row level security", async () => {
    const ada = "6f1c2a34-0000-4000-8000-00000000000a";
    const bob = "6f1c2a34-0000-4000-8000-00000000000b";
    const asAda = client(project, project.anonKey, await userToken(project.jwtSecret, { sub: ada }));
    const asBob = client(project, project.anonKey, await userToken(project.jwtSecret, { sub: bob }));
    expect((await asAda.from("notes").insert({ owner: ada, body: "ada's" })).error).toBeNull();

    expect((await asAda.from("notes").select("body").eq("owner", ada)).data).toEqual([{ body: "ada's" }]);
    expect((await asBob.from("notes").select("body").eq("owner", ada)).data).toEqual([]);
    const forged = await asBob.from("notes").insert({ owner: ada, body: "not bob's to write" });
    expect(forged.error?.code).toBe("42501");
    expect((await client(project).from("notes").insert({ body: "anonymous" })).error?.code).toBe("42501");
  });

  it("answers the documented curl lines as they are written", async () => {
    const { urls } = await platform();
    const name = uniqueName("curl");
    const created = await shell(
      `curl -sS -X POST ${urls.api}/api/v1/projects \
        -H "Authorization: Bearer $TOKEN" \
        -H "Content-Type: application/json" \
        -d '{"name": "${name}", "plan": "shared"}'`,
      { TOKEN: await adminToken() },
    );
    const body = JSON.parse(created.stdout) as { ref: string; plan: string; backend_type: string; db_name: string };
    expect(body).toMatchObject({ name, plan: "shared", backend_type: "shared_cluster" });
    expect(body.ref).toMatch(/^[a-z]{20}$/);

    const second = await liveProject(body.ref);
    await sql(second.ref, "create table public.your_table (id int); insert into public.your_table values (7)");
    const read = await shell(
      `curl -sS ${urls.gateway}/projects/${second.ref}/rest/v1/your_table -H "Authorization: Bearer $ANON_KEY"`,
      { ANON_KEY: second.anonKey },
    );
    expect(JSON.parse(read.stdout)).toEqual([{ id: 7 }]);
    await deleteProject(second.ref);
  });
});
