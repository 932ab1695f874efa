import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  api,
  createdTogether,
  createProject,
  deleteProject,
  type LiveProject,
  liveProject,
  type Project,
  projectWithStatus,
  sql,
  uniqueName,
} from "../harness/api.ts";
import { askServer } from "../harness/askServer.ts";
import { intact } from "../harness/killing.ts";
import { ended, type Operation, succeeded } from "../harness/operations.ts";
import { instance, platform } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";
import { containerOf, docker, remainsOf } from "../harness/stack.ts";

/* What can happen to a dedicated project on its server besides kills: what is then told, and how it ends. */

const inControl = (statement: string) => askServer("control-db", "supalove", statement);

const addRow = ({ ref }: LiveProject) =>
  sql(ref, "create table public.kept (id int); insert into public.kept values (1)");

interface Drift {
  readonly drifted: boolean;
  readonly changes: readonly { readonly summary: string }[];
}
async function look(ref: string): Promise<Drift> {
  await succeeded(`/v1/projects/${ref}/drift`);
  return (await api<Drift>(`/v1/projects/${ref}/drift`)).body;
}

/** A creation that must fail, and what is then known of it. */
async function failedCreation(stem: string) {
  const { status, body } = await api<Project>("/v1/projects", { body: { name: uniqueName(stem), plan: "dedicated" } });
  expect(status).toBe(201);
  const { error } = await ended(body.operation_id ?? "");
  return { ref: body.ref, error, status: (await api<Project>(`/v1/projects/${body.ref}`)).body.status };
}

/** Nothing of it anywhere but its row. */
async function expectNothingOf(ref: string): Promise<void> {
  expect(await remainsOf(ref)).toEqual([]);
  expect(await inControl(`select ref from registry.tenants where ref = '${ref}'`)).toEqual([]);
  expect(await askServer("control-db", "pulumi", `select key from pulumi_state where key ~ '${ref}'`)).toEqual([]);
}

describe("a dedicated project on a server where things go wrong", { timeout: 300_000 }, () => {
  let project: LiveProject;
  let bystander: LiveProject;

  beforeAll(async () => {
    [project, bystander] = await createdTogether([
      createProject("chaos", { plan: "dedicated" }),
      createProject("bystander", { plan: "dedicated" }),
    ]);
    await Promise.all([project, bystander].map(addRow));
  });
  afterAll(async () => {
    for (const made of [project, bystander]) if (made) await deleteProject(made.ref, { seconds: 120 });
  });

  const asked = { db: "rest/v1/kept", rest: "rest/v1/kept", meta: "pg/tables", gateway: "rest/v1/kept" } as const;
  const NAMES = { db: "Postgres", rest: "The REST service", meta: "Postgres-meta", gateway: "The gateway" } as const;

  it.each([
    ["db", "meta"],
    ["rest", "gateway"],
    ["meta", "db"],
    ["gateway", "rest"],
  ] as const)(
    "whose %s was removed and whose %s was stopped: told, refused clearly meanwhile, repaired",
    async (removed, stopped) => {
      await docker("rm", "--force", containerOf(project.ref, removed));
      await docker("stop", containerOf(project.ref, stopped));
      const { urls } = await platform();
      for (const service of [removed, stopped]) {
        const answer = await fetch(`${urls.gateway}/projects/${project.ref}/${asked[service]}`, {
          headers: { apikey: project.serviceRoleKey },
        });
        const body = (await answer.json()) as Record<string, unknown>;
        expect([service, answer.status, body]).toEqual([
          service,
          503,
          expect.objectContaining({ code: expect.any(String), message: expect.any(String) }),
        ]);
      }
      await intact(bystander);
      const found = await look(project.ref);
      const words = found.changes.map(({ summary }) => summary).join("\n");
      expect(words).toContain(`${NAMES[removed]} will be started`);
      expect(words).toMatch(
        new RegExp(`${NAMES[stopped]} (does not run: it is started|restarts \\(.*it does not run)`),
      );
      await succeeded(`/v1/projects/${project.ref}/drift/repair`);
      await intact(project);
      const all = Object.keys(NAMES).map((service) => containerOf(project.ref, service));
      expect(await docker("inspect", "--format", "{{.State.Running}}", ...all)).toBe(all.map(() => "true").join("\n"));
    },
  );

  it("has no drift after all that", async () => {
    expect(await look(project.ref)).toMatchObject({ drifted: false, changes: [] });
  });

  it("whose database somebody stopped is unhealthy, which is told and counted, and healthy by itself once it is started", async () => {
    const { urls } = await platform();
    const expr = 'max(supalove_projects{plan="dedicated",status="ACTIVE_UNHEALTHY"}) > 0';
    const counted = async () => {
      const answer = await fetch(`${urls.prometheus}/api/v1/query?${new URLSearchParams({ query: expr })}`);
      const { data } = (await answer.json()) as { data: { result: unknown[] } };
      return data.result.length > 0 || undefined;
    };
    await docker("stop", containerOf(project.ref, "db"));
    try {
      await projectWithStatus(project.ref, ["ACTIVE_UNHEALTHY"], 120);
      const { body: listed } = await api<Project[]>("/v1/projects");
      expect(listed.find(({ ref }) => ref === project.ref)?.status).toBe("ACTIVE_UNHEALTHY");
      expect((await api<Project>(`/v1/projects/${bystander.ref}`)).body.status).toBe("ACTIVE_HEALTHY");
      await sleepUntil("the figure of unhealthy projects", counted, 60, 1_000);
    } finally {
      await docker("start", containerOf(project.ref, "db"));
    }
    await projectWithStatus(project.ref, ["ACTIVE_HEALTHY"], 120);
    await intact(project);
  });

  it("that finds every port given away is refused, and nothing is made of it", async () => {
    const [range] = await inControl("select port_from || ' ' || port_to from servers where id = 'local'");
    const [from, to] = (range ?? "").split(" ");
    const name = uniqueName("full");
    // Room for one port, where a project takes two.
    await inControl("update servers set port_from = 5499, port_to = 5499 where id = 'local'");
    try {
      const answer = await api("/v1/projects", { body: { name, plan: "dedicated" } });
      expect([answer.status, answer.body]).toEqual([
        503,
        expect.objectContaining({ code: "server_full", message: expect.stringMatching(/All ports .* are in use/) }),
      ]);
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    } finally {
      await inControl(`update servers set port_from = ${from}, port_to = ${to} where id = 'local'`);
    }
    expect(await inControl(`select ref from projects where name = '${name}'`)).toEqual([]);
    expect(await inControl("select port from port_leases where port = 5499")).toEqual([]);
  });

  it("whose port is another program's gets the next one", async () => {
    const [free] = await inControl(
      `select number from servers s, generate_series(port_from, port_to) as number where s.id = 'local'
       and not exists (select from port_leases l where l.server_id = s.id and l.port = number) order by number limit 1`,
    );
    const listener = createServer().listen(Number(free), "127.0.0.1");
    try {
      const made = await createProject("elsewhere", { plan: "dedicated" });
      const port = /:(\d+)$/m.exec(await docker("port", containerOf(made.ref, "gateway"), "8080"))?.[1];
      expect(Number(port)).toBeGreaterThan(Number(free));
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
      expect((await remainsOf(made.ref)).length).toBe(6);
      await deleteProject(made.ref, { seconds: 120 });
    } finally {
      await new Promise((resolve) => listener.close(resolve));
    }
  });

  it("whose image is not there is not made, and says which", async () => {
    // What a row names is what a stack is made of; no other way leads to an image that is not there.
    const missing = "supalove-test/no-such-image:1";
    await inControl(
      `create function public.test_no_image() returns trigger language plpgsql as $$
         begin new.stack := jsonb_set(new.stack, '{images,rest}', '"${missing}"'); return new; end $$;
       create trigger test_no_image before insert on projects for each row when (new.name like 'no-image-%')
         execute function public.test_no_image()`,
    );
    try {
      const { ref, error, status } = await failedCreation("no-image");
      expect([status, error?.code]).toEqual(["INIT_FAILED", "image_missing"]);
      expect(error?.message).toContain("An image that the project needs is missing.");
      expect(error?.message).toContain(missing);
      await expectNothingOf(ref);
      await deleteProject(ref, { seconds: 60 });
    } finally {
      await inControl("drop trigger test_no_image on projects; drop function public.test_no_image()");
    }
  });

  it("that loses an image which a change needs keeps what it has, and gets the change once the image is back", async () => {
    const image = "supalove-test/rest:chaos";
    const current = await docker("inspect", "--format", "{{.Config.Image}}", containerOf(project.ref, "rest"));
    const use = (name: string) =>
      inControl(
        `update projects set stack = jsonb_set(stack, '{images,rest}', '"${name}"') where ref = '${project.ref}'`,
      );
    const [before = ""] = await inControl(
      `select stack #>> '{images,rest}' from projects where ref = '${project.ref}'`,
    );
    await use(image);
    try {
      const started = await api<{ operation_id: string }>(`/v1/projects/${project.ref}/drift/repair`, {
        method: "POST",
      });
      expect((await ended(started.body.operation_id)).error?.code).toBe("image_missing");
      await intact(project);
      await docker("tag", current, image);
      await succeeded(`/v1/projects/${project.ref}/drift/repair`);
      await intact(project);
    } finally {
      await use(before);
      await execa("docker", ["rmi", "--no-prune", image], { reject: false });
    }
    await succeeded(`/v1/projects/${project.ref}/drift/repair`);
    await intact(project);
  });

  it("whose disk is full says so, harms nobody, and goes on once there is room", async () => {
    const folder = await mkdtemp(join(tmpdir(), "supalove-disk-"));
    await execa("mount", ["-t", "tmpfs", "-o", "size=220m,mode=0777", "tmpfs", folder]);
    let full: LiveProject | undefined;
    try {
      full = await onOwnDisk(folder);
      const { ref } = full;
      await sql(ref, "create table public.kept (id int); insert into public.kept values (1)");
      await sql(ref, "create table public.heap (t text); alter table public.heap alter t set storage external");
      const fill = () =>
        api(`/v1/projects/${ref}/database/query`, {
          body: { query: "insert into public.heap select repeat('x', 8000) from generate_series(1, 3000)" },
        });
      const refusal = await sleepUntil("a disk that is full", async () => {
        const answer = await fill();
        return answer.status === 201 ? undefined : answer;
      });
      expect(refusal.body).toMatchObject({ code: expect.any(String), message: expect.any(String) });
      await intact(bystander);
      await intact(project);
      await execa("mount", ["-o", "remount,size=800m", folder]);
      await intact(full);
      const again = await sleepUntil(
        "room for more rows",
        async () => ((await fill()).status === 201 ? true : undefined),
        120,
        1_000,
      );
      expect(again).toBe(true);
      expect(
        await sleepUntil(
          "the project to be healthy",
          async () => (await api<Project>(`/v1/projects/${ref}`)).body.status === "ACTIVE_HEALTHY" || undefined,
          60,
        ),
      ).toBe(true);
    } finally {
      if (full) await deleteProject(full.ref, { seconds: 120 });
      await execa("umount", [folder], { reject: false });
      await rm(folder, { recursive: true });
    }
  });
});

/** Creates a project whose volume lies in a folder. Its name is known before it is made: from the preview. */
async function onOwnDisk(folder: string): Promise<LiveProject> {
  const started = await api<{ id: string; operation_id: string; project_ref: string }>("/v1/previews", {
    body: { name: uniqueName("full"), plan: "dedicated" },
  });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  const { id, operation_id, project_ref: ref } = started.body;
  expect((await ended(operation_id)).status).toBe("succeeded");
  const labels = [`supalove.instance=${instance}`, `supalove.project=${ref}`].flatMap((label) => ["--label", label]);
  const options = ["type=none", "o=bind", `device=${folder}`].flatMap((option) => ["--opt", option]);
  await docker("volume", "create", ...labels, ...options, containerOf(ref, "data"));
  const applied = await api<{ operation_id: string }>(`/v1/projects/${ref}/operations`, { body: { preview_id: id } });
  const operation: Operation = await ended(applied.body.operation_id);
  expect(operation.error).toBeNull();
  return liveProject(ref);
}
