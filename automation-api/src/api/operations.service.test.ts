import { OPERATION_KINDS, type OperationKind } from "@supalove/contracts";
import { PROJECT_STATUSES, type ProjectStatus } from "@supalove/contracts/api/index.ts";
import { describe, expect, it } from "vitest";
import { LOCAL_ADMIN } from "../database/seedInstance.ts";
import { newId } from "../ids/newId.ts";
import { api, apiOfFile, cluster, target } from "../testing/apiOfFile.ts";
import { addOperationRow, addOrganization, addProject, addUser } from "../testing/fixtures.ts";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { somebodyWaits } from "../testing/somebodyWaits.ts";
import { startTestApi } from "../testing/testApi.ts";

apiOfFile();

async function addEvents(operationId: string, from: number, events: readonly object[], status?: string) {
  await target.owner.$transaction(async (tx) => {
    await tx.operationEvent.createMany({ data: events.map((event, i) => ({ operationId, seq: from + i, event })) });
    if (status) await tx.operation.update({ where: { id: operationId }, data: { status, finishedAt: new Date() } });
  });
}
const phase = (name: string) => ({ type: "phase", phase: name, message: name });

describe("an operation's details", () => {
  it("name its phases with their milliseconds", async () => {
    const id = await addOperationRow(target.owner, await addProject(target.owner), { status: "succeeded" });
    await addEvents(id, 2, [phase("stack"), phase("smoke"), { type: "status", status: "succeeded" }]);
    for (const [seq, ms] of [
      [2, 0],
      [3, 1_500],
      [4, 1_700],
    ] as const) {
      const createdAt = new Date(Date.UTC(2026, 0, 1) + ms);
      await target.owner.operationEvent.update({
        where: { operationId_seq: { operationId: id, seq } },
        data: { createdAt },
      });
    }
    const { body } = await api.call(`/v1/operations/${id}`);
    expect(body).toMatchObject({
      id,
      status: "succeeded",
      phases: [
        { phase: "stack", milliseconds: 1_500, started_at: "2026-01-01T00:00:00.000Z" },
        { phase: "smoke", milliseconds: 200 },
      ],
    });
  });

  it("are those of one moment, whatever is written while they are read", async () => {
    const id = await addOperationRow(target.owner, await addProject(target.owner));
    const get = () => api.call(`/v1/operations/${id}`);
    // The operation's row is read, and then its events waited for, which go on when they are seen.
    const reading = await target.owner.$transaction(async (tx) => {
      await tx.$queryRaw`lock table operation_events in access exclusive mode`;
      const answer = get();
      await somebodyWaits(tx);
      await tx.operation.update({ where: { id }, data: { status: "running", startedAt: new Date() } });
      await tx.operationEvent.create({ data: { operationId: id, seq: 2, event: phase("stack") } });
      return { answer };
    });
    expect((await reading.answer).body).toMatchObject({ status: "queued", started_at: null, phases: [] });
    expect((await get()).body).toMatchObject({ status: "running", phases: [{ phase: "stack" }] });
  });
});

describe("the history", () => {
  it("comes newest first, by filters, page by page, without a gap or a double", async () => {
    const ref = await addProject(target.owner);
    const ids: string[] = [];
    for (let i = 0; i < 7; i++) {
      ids.unshift(await addOperationRow(target.owner, ref, { status: "succeeded", kind: i % 2 ? "pause" : "resume" }));
    }
    const list = async (query: string) =>
      (await api.call(`/v1/operations?project_ref=${ref}&${query}`)).list.map(({ id }) => id as string);
    expect(await list("limit=200")).toEqual(ids);
    expect(await list("kind=pause")).toHaveLength(3);
    expect(await list("status=failed")).toEqual([]);
    const seen: string[] = [];
    for (let before = ""; ; ) {
      const page = await list(`limit=3${before}`);
      if (page.length === 0) break;
      seen.push(...page);
      before = `&before=${page.at(-1)}`;
      // New ones do not move the pages behind.
      await addOperationRow(target.owner, ref, { status: "succeeded" });
    }
    expect(seen).toEqual(ids);
  });

  it("does not page from an operation one may not see, or that does not exist", async () => {
    const stranger = await addUser(target.owner, "stranger");
    await addOrganization(target.owner, stranger.id);
    const id = await addOperationRow(target.owner, await addProject(target.owner), { status: "succeeded" });
    const [foreign, unknown] = await Promise.all(
      [id, newId("op")].map((before) => api.call(`/v1/operations?before=${before}`, { token: stranger.token })),
    );
    expect(foreign).toMatchObject({ status: 404, body: { code: "operation_not_found" } });
    expect(unknown?.body["message"]).toBe(foreign?.body["message"]);
  });
});

/** Reads a stream's events until it ends, or until there are so many: then the line is cut. */
async function follow(id: string, after: number | undefined, cutAfter = Number.POSITIVE_INFINITY): Promise<number[]> {
  const cut = new AbortController();
  const response = await fetch(`${api.url}/v1/operations/${id}/events`, {
    headers: {
      Authorization: `Bearer ${api.token}`,
      ...(after === undefined ? {} : { "Last-Event-ID": String(after) }),
    },
    signal: cut.signal,
  });
  const seen: number[] = [];
  let text = "";
  try {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const seq = /^id: (\d+)$/m.exec(text.slice(0, end))?.[1];
        text = text.slice(end + 2);
        if (seq !== undefined) seen.push(Number(seq));
        if (seen.length >= cutAfter) {
          cut.abort();
          return seen;
        }
      }
    }
  } catch (error) {
    if (!cut.signal.aborted) throw error;
  }
  return seen;
}

describe("following an operation", () => {
  const COUNT = 12;
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

  it("goes on after every event the line may be cut at, of one that has ended", async () => {
    const id = await addOperationRow(target.owner, await addProject(target.owner), { status: "succeeded" });
    await addEvents(
      id,
      2,
      numbers(2, COUNT).map((n) => phase(`p${n}`)),
    );
    expect(await follow(id, undefined)).toEqual(numbers(1, COUNT));
    for (const last of numbers(0, COUNT)) expect(await follow(id, last)).toEqual(numbers(last + 1, COUNT));
    expect(await follow(id, COUNT + 5)).toEqual([]);
  });

  it("goes on after every event of one that runs: cut each time, nothing is missed and nothing comes twice", async () => {
    const id = await addOperationRow(target.owner, await addProject(target.owner), { status: "running" });
    let writing = true;
    const writer = (async () => {
      for (const n of numbers(2, COUNT - 1)) await addEvents(id, n, [phase(`p${n}`)]);
      await addEvents(id, COUNT, [{ type: "status", status: "succeeded" }], "succeeded");
      writing = false;
    })();
    const seen: number[] = [];
    await sleepUntil(async () => {
      seen.push(...(await follow(id, seen.at(-1), 1)));
      return seen.at(-1) === COUNT;
    }, "the last event came");
    await writer;
    expect(writing).toBe(false);
    expect(seen).toEqual(numbers(1, COUNT));
    expect(await follow(id, COUNT)).toEqual([]);
  });
});

describe("an Idempotency-Key", () => {
  const withKey = (key: string, body: unknown, path = "/v1/projects", method = "POST") =>
    api.call(path, { method, body, headers: { "Idempotency-Key": key } });

  it("gives the same answer again and does nothing the second time", async () => {
    const first = await withKey("create-1", { name: "once" });
    const before = await target.owner.operation.count();
    const again = await withKey("create-1", { name: "once" });
    expect(first.status).toBe(201);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(await target.owner.operation.count()).toBe(before);
  });

  it("makes one of many that come at once", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => withKey("create-many", { name: "many" })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body["ref"])).size).toBe(1);
    expect(await target.owner.project.count({ where: { name: "many" } })).toBe(1);
  });

  it("is refused with another body, another path and another route", async () => {
    const ref = await addProject(target.owner);
    await withKey("mine", { name: "first" });
    for (const other of [
      await withKey("mine", { name: "second" }),
      await withKey("mine", { name: "first", size: "small" }),
      await withKey("mine", { name: "first" }, "/v1/organizations"),
      await withKey("mine", { name: "first" }, `/v1/projects/${ref}`, "PATCH"),
    ]) {
      expect(other).toMatchObject({ status: 409, body: { code: "idempotency_key_reused" } });
    }
    expect(await target.owner.project.count({ where: { name: "second" } })).toBe(0);
  });

  it("is one person's own", async () => {
    const other = await addUser(target.owner, "other with the same key");
    await addOrganization(target.owner, other.id);
    await withKey("shared-key", { name: "of the admin" });
    const answer = await api.call("/v1/projects", {
      body: { name: "of the other" },
      headers: { "Idempotency-Key": "shared-key" },
      token: other.token,
    });
    expect(answer).toMatchObject({ status: 201, body: { name: "of the other" } });
  });

  it("keeps no refusal: the request may be mended and sent again under it", async () => {
    await addProject(target.owner, { name: "taken" });
    expect((await withKey("mend", { name: "taken" })).status).toBe(409);
    expect((await withKey("mend", { name: "not taken" })).status).toBe(201);
  });
});

describe("requests that stand against each other", () => {
  /** What a project in each status answers: taken (and queued behind what is open), or refused. Everything else is refused. */
  const TAKEN: Readonly<Record<string, readonly ProjectStatus[]>> = {
    pause: ["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"],
    restore: ["INACTIVE", "ACTIVE_UNHEALTHY", "INIT_FAILED"],
    resize: ["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"],
    password: ["ACTIVE_HEALTHY", "ACTIVE_UNHEALTHY"],
    // Whatever it is doing: a project can always be deleted.
    delete: PROJECT_STATUSES.filter((status) => status !== "REMOVED"),
  };
  /** What is said where waiting leads nowhere. */
  const NEXT_STEPS: Readonly<Record<string, RegExp>> = {
    INACTIVE: /resume it first, by `POST .*restore/,
    PAUSING: /says INACTIVE/,
    GOING_DOWN: /nothing more/,
    INIT_FAILED: /make it again: `POST .*restore/,
  };
  const REQUESTS: Readonly<Record<string, (ref: string) => { path: string; method: string; body?: unknown }>> = {
    pause: (ref) => ({ path: `/v1/projects/${ref}/pause`, method: "POST" }),
    restore: (ref) => ({ path: `/v1/projects/${ref}/restore`, method: "POST" }),
    resize: (ref) => ({ path: `/v1/projects/${ref}`, method: "PATCH", body: { size: "large" } }),
    password: (ref) => ({
      path: `/v1/projects/${ref}/database/password`,
      method: "PATCH",
      body: { password: "correct horse" },
    }),
    delete: (ref) => ({ path: `/v1/projects/${ref}`, method: "DELETE" }),
  };
  const OPEN = ["queued", "running", "interrupted"] as const;

  async function addOpen(ref: string, kind: OperationKind, status: string): Promise<string> {
    const id = await addOperationRow(target.owner, ref, { status: "queued", kind: kind === "preview" ? "up" : kind });
    if (kind === "preview") {
      const previewId = newId("prv");
      const about = { organizationId: "default", projectRef: ref, stateVersion: 0, actor: "t", actorId: LOCAL_ADMIN };
      await target.owner.preview.create({
        data: { id: previewId, kind: "delete", wished: { kind: "delete" }, ...about },
      });
      await target.owner.operation.update({ where: { id }, data: { kind, previewId } });
    }
    await target.owner.operation.update({ where: { id }, data: { status } });
    return id;
  }

  describe.each(Object.keys(REQUESTS))("%s", (name) => {
    it.each(PROJECT_STATUSES.filter((status) => status !== "REMOVED"))("of a project that is %s", async (status) => {
      for (const kind of [undefined, ...OPERATION_KINDS]) {
        for (const at of kind === undefined ? [OPEN[0]] : OPEN) {
          const ref = await addProject(target.owner, { status });
          const earlier = kind === undefined ? undefined : await addOpen(ref, kind, at);
          const before = await target.owner.operation.count({ where: { projectRef: ref } });
          const { path, ...call } = REQUESTS[name]?.(ref) ?? { path: "" };
          const answer = await api.call(path, call);
          const said = `${name}, ${status}, ${kind ?? "nothing"} ${at}`;
          const made = (await target.owner.operation.count({ where: { projectRef: ref } })) - before;
          if (!TAKEN[name]?.includes(status)) {
            expect(answer.status, said).toBe(409);
            expect(answer.body["code"], said).toBe("project_not_ready");
            expect(answer.body["next_step"], said).toMatch(NEXT_STEPS[status] ?? /says ACTIVE_HEALTHY/);
            expect(made, said).toBe(0);
            continue;
          }
          expect(answer.status, said).toBe(200);
          if (name === "delete" && kind === "destroy") {
            expect(answer.body["operation_id"], said).toBe(earlier);
            expect(made, said).toBe(0);
            continue;
          }
          expect(made, said).toBe(1);
          const added = await target.owner.operation.findUniqueOrThrow({
            where: { id: answer.body["operation_id"] as string },
          });
          expect(added.status, said).toBe("queued");
          if (earlier === undefined) continue;
          const open = await target.owner.operation.findUniqueOrThrow({ where: { id: earlier } });
          expect(added.number > open.number, said).toBe(true);
          // Only a deletion touches what is open: it ends what waits and asks what runs to stop.
          const stopped = open.status === "cancelled" || open.cancelRequestedAt !== null;
          expect(stopped, said).toBe(name === "delete");
          if (name !== "delete") expect(open.status, said).toBe(at);
        }
      }
    });
  });
});

describe("a server's room", () => {
  it("is refused beyond a cluster's and an organization's number, in plain words, and free again after a deletion", async () => {
    const own = await cluster.clone();
    const small = await startTestApi(own, { env: { CLUSTER_MAX_PROJECTS: "4", ORGANIZATION_MAX_PROJECTS: "2" } });
    try {
      const token = async (name: string) => {
        const user = await addUser(own.owner, name);
        await addOrganization(own.owner, user.id);
        return user.token;
      };
      const [one, two, three] = [await token("one"), await token("two"), await token("three")];
      let n = 0;
      const create = (by: string) => small.call("/v1/projects", { body: { name: `p${n++}` }, token: by });
      // At once: two that would share the last place do not both get it.
      const many = await Promise.all([create(one), create(one), create(one), create(one)]);
      expect(many.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
      const refused = many.find(({ status }) => status === 409);
      expect(refused?.body).toMatchObject({ code: "organization_full", next_step: expect.stringContaining("Delete") });
      expect((await create(two)).status).toBe(201);
      expect((await create(two)).status).toBe(201);
      const full = await create(three);
      expect(full).toMatchObject({ status: 503, body: { code: "cluster_full" } });
      expect(full.headers.get("retry-after")).toBe("300");
      const preview = await small.call("/v1/previews", { body: { name: "x" }, token: three });
      expect(preview).toMatchObject({ status: 503, body: { code: "cluster_full" } });
      expect(await own.owner.project.count()).toBe(4);
      expect(await own.owner.operation.count()).toBe(4);
      const gone = await own.owner.project.findFirstOrThrow();
      await own.owner.project.update({
        where: { ref: gone.ref },
        data: { status: "REMOVED", deletedAt: new Date(), nameKey: null },
      });
      expect((await create(three)).status).toBe(201);
    } finally {
      await small.close();
      await own.close();
    }
  });
});

describe("a project's database", () => {
  it("is shown where people reach it, and nowhere as the platform does", async () => {
    const ref = await addProject(target.owner);
    const { body } = await api.call(`/v1/projects/${ref}`);
    expect(body["database"]).toMatchObject({ host: "db.example.com", port: 5433 });
    expect(JSON.stringify([body, (await api.call("/v1/projects")).list])).not.toContain("shared-db");
  });

  it("is connected to with a string whose password is masked, unless revealed: then the audit log knows", async () => {
    const ref = await addProject(target.owner);
    const path = `/v1/projects/${ref}/database/connection`;
    const entries = () =>
      target.owner.auditEntry.count({ where: { projectRef: ref, operation: "getDatabaseConnection" } });
    const masked = await api.call(path);
    expect(JSON.stringify(masked.body)).not.toContain("owner_password");
    expect(masked.body["connection_string"]).toBe(
      `postgresql://postgres_${ref}:[YOUR-PASSWORD]@db.example.com:5433/db_${ref}`,
    );
    expect(await entries()).toBe(0);
    const revealed = await api.call(`${path}?reveal=true`);
    const url = new URL(revealed.body["connection_string"] as string);
    expect(decodeURIComponent(url.password)).toBe(`the-owner_password-of-${ref}`);
    expect(revealed.body).toMatchObject({ password: `the-owner_password-of-${ref}`, user: `postgres_${ref}` });
    expect(await entries()).toBe(1);
    const unborn = await addProject(target.owner, { secrets: false, status: "COMING_UP" });
    expect(await api.call(`/v1/projects/${unborn}/database/connection`)).toMatchObject({
      status: 409,
      body: { code: "project_not_ready" },
    });
  });

  it("gets a new password by an operation; it stands in no answer, operation or audit entry", async () => {
    const ref = await addProject(target.owner);
    const password = "a password of /?#[]@ my own";
    const set = () => api.call(`/v1/projects/${ref}/database/password`, { method: "PATCH", body: { password } });
    const answer = await set();
    expect(answer.status).toBe(200);
    expect((await set()).status).toBe(200);
    const secret = await target.owner.projectSecret.findMany({ where: { projectRef: ref, name: "imported_db_pass" } });
    expect(secret).toHaveLength(1);
    const operations = await target.owner.operation.findMany({ where: { projectRef: ref } });
    expect(operations.map(({ kind, status }) => [kind, status])).toEqual([
      ["up", "queued"],
      ["up", "queued"],
    ]);
    const audit = await target.owner.auditEntry.findMany({ where: { projectRef: ref } });
    const written = [answer.body, secret, operations, audit].map((part) =>
      JSON.stringify(part, (_, value) => (typeof value === "bigint" ? String(value) : value)),
    );
    expect(written.join()).not.toContain("of my own");
    expect(written.join()).not.toContain(password);
  });
});
