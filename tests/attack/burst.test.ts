import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createdTogether, createProject, deleteProject, type LiveProject, sql } from "../harness/api.ts";
import { client } from "../harness/client.ts";

describe("a burst on one tenant", () => {
  let quiet: LiveProject;
  let loud: LiveProject;
  beforeAll(async () => {
    [quiet, loud] = await createdTogether([createProject("quiet"), createProject("loud")]);
    for (const { ref } of [quiet, loud]) {
      await sql(
        ref,
        `create table public.t (id int); grant select on public.t to anon;
         create function public.slow() returns int language sql as $$ select 1 from pg_sleep(2) $$;`,
      );
    }
  });
  afterAll(() => Promise.all([quiet, loud].map((p) => p && deleteProject(p.ref))));

  it("starves nobody: the other tenant's requests all pass, the loud one is told to slow down", async () => {
    const flood = Promise.all(
      Array.from({ length: 600 }, () =>
        fetch(`${loud.url}/rest/v1/rpc/slow`, { method: "POST", headers: { apikey: loud.anonKey } }).then(
          (answer) => answer.status,
          () => 0,
        ),
      ),
    );
    const answers = [];
    for (let i = 0; i < 30; i++) answers.push(await client(quiet).from("t").select("id"));
    expect(answers.filter((answer) => answer.error)).toEqual([]);
    const statuses = await flood;
    expect(statuses.filter((status) => status === 429 || status === 503).length).toBeGreaterThan(0);
    expect((await client(quiet).from("t").select("id")).error).toBeNull();
  });
});
