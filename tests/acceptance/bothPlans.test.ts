import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createdTogether, createProject, deleteProject, type LiveProject, sql } from "../harness/api.ts";
import { client, userToken } from "../harness/client.ts";
import { type RestCall, rest } from "../harness/restCalls.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

/*
 * Two dedicated and two shared projects at once through the same cases, at the same kind of URL: whoever asks must not be able
 * to tell the plans apart, and nothing of one is ever in another's answer.
 */

const PLANS = ["dedicated", "shared", "dedicated", "shared"] as const;
const ADA = "6f1c2a34-0000-4000-8000-00000000000a";
const BOB = "6f1c2a34-0000-4000-8000-00000000000b";

const SCHEMA = `
  create table public.items (
    id int primary key, name text not null unique, qty int not null default 0 check (qty >= 0),
    tags text[] not null default '{}', meta jsonb not null default '{}', owner uuid);
  create table public.remarks (id int primary key, item_id int references public.items on delete cascade, text text);
  alter table public.items enable row level security;
  create policy "all read what is nobody's" on public.items for select using (owner is null);
  create policy "owners do all" on public.items to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
  create table public.marks (mark text primary key);
  create function public.add(a int, b int) returns int language sql immutable as 'select a + b';
  create function public.cheapest(most int) returns setof public.items language sql stable as
    'select * from public.items where qty <= most order by id';
  create function public.nothing() returns void language sql as 'select';
  create function public.who() returns text language sql stable as
    $$ select current_user || ' ' || coalesce(auth.uid()::text, '-') $$;
  create function public.teapot() returns void language plpgsql as
    $$ begin raise sqlstate 'PT418' using message = 'short and stout', detail = 'a handle', hint = 'a spout'; end $$;
`;

const ROWS = [
  { id: 1, name: "ash", qty: 1, tags: ["tree"], meta: { tall: 30 }, owner: null },
  { id: 2, name: "beech", qty: 2, tags: ["tree", "nut"], meta: { tall: 40 }, owner: null },
  { id: 3, name: "Cedar", qty: 3, tags: [], meta: {}, owner: ADA },
  { id: 4, name: "dog rose", qty: 4, tags: ["shrub"], meta: { tall: 3 }, owner: BOB },
  { id: 5, name: "elm", qty: 5, tags: ["tree"], meta: {}, owner: null },
];

let projects: readonly LiveProject[] = [];

/** The same for all four, at once; what fails says where. */
async function everywhere(check: (project: LiveProject) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(projects.map(check));
  ends.forEach((end, at) => {
    if (end.status === "rejected") {
      const { reason } = end as { reason: unknown };
      if (reason instanceof Error) reason.message = `project ${at}, ${PLANS[at]}: ${reason.message}`;
      throw reason;
    }
  });
}

/** Same requests, same answers: status and body of each path. */
const answers = (cases: readonly (readonly [path: string, call: RestCall, status: number, body: unknown])[]) =>
  everywhere(async (project) => {
    for (const [path, call, status, body] of cases) {
      const answer = await rest(project, path, call);
      expect
        .soft([answer.status, answer.body], `${project.plan}: ${call.method ?? ""} ${path}`)
        .toEqual([status, body]);
    }
  });

beforeAll(async () => {
  projects = await createdTogether(PLANS.map((plan, at) => createProject(`both-${at}`, { plan })));
  await everywhere(async (project) => {
    await sql(project.ref, SCHEMA);
    await sql(project.ref, `insert into public.marks values ('${project.ref}')`);
    // REST knows new tables a moment later.
    await sleepUntil("the tables in REST", async () =>
      (await rest(project, "items", { body: ROWS })).status === 201 ? true : undefined,
    );
  });
});
afterAll(async () => {
  await Promise.all(projects.map(({ ref }) => deleteProject(ref, { seconds: 120 })));
});

describe("two dedicated and two shared projects", () => {
  it("create, read, change and delete rows", () =>
    answers([
      [
        "items?select=name",
        { body: { id: 10, name: "fig" }, headers: { prefer: "return=representation" } },
        201,
        [{ name: "fig" }],
      ],
      [
        "items?id=eq.10&select=id,name,qty,tags,meta,owner",
        {},
        200,
        [{ id: 10, name: "fig", qty: 0, tags: [], meta: {}, owner: null }],
      ],
      ["items?id=eq.10", { method: "PATCH", body: { qty: 7 } }, 204, ""],
      [
        "items?id=eq.10&select=qty",
        { method: "PATCH", body: { qty: 8 }, headers: { prefer: "return=representation" } },
        200,
        [{ qty: 8 }],
      ],
      [
        "items?id=eq.10&select=qty",
        { method: "DELETE", headers: { prefer: "return=representation" } },
        200,
        [{ qty: 8 }],
      ],
      ["items?id=eq.10", { method: "DELETE" }, 204, ""],
      ["items?id=eq.10", {}, 200, []],
      [
        "items",
        {
          body: [
            { id: 11, name: "gum" },
            { id: 12, name: "hazel" },
          ],
        },
        201,
        "",
      ],
      ["items?id=gte.10", { method: "DELETE" }, 204, ""],
    ]));

  it("filter, order, shape and embed", () => {
    const names = (filter: string, ...wanted: string[]): [string, RestCall, number, unknown] => [
      `items?select=name&order=id&${filter}`,
      {},
      200,
      wanted.map((name) => ({ name })),
    ];
    return answers([
      names("qty=eq.2", "beech"),
      names("qty=neq.2&qty=lte.3", "ash", "Cedar"),
      names("qty=gt.3", "dog rose", "elm"),
      names("id=in.(1,5)", "ash", "elm"),
      names('name=in.("dog rose",ash)', "ash", "dog rose"),
      names("name=like.*e*", "beech", "Cedar", "dog rose", "elm"),
      names("name=ilike.c*", "Cedar"),
      names("owner=is.null", "ash", "beech", "elm"),
      names("owner=not.is.null", "Cedar", "dog rose"),
      names("or=(qty.eq.1,and(qty.gte.4,name.neq.elm))", "ash", "dog rose"),
      names("tags=cs.{tree,nut}", "beech"),
      names("tags=ov.{shrub,nut}", "beech", "dog rose"),
      names("meta->tall=gt.20", "ash", "beech"),
      names("limit=2&offset=1", "beech", "Cedar"),
      ["items?select=called:name,qty::text,tall:meta->>tall&id=eq.2", {}, 200, [{ called: "beech", qty: "2", tall: "40" }]],
      ["items?select=id&order=meta->tall.desc.nullslast,id&limit=2", {}, 200, [{ id: 2 }, { id: 1 }]],
      ["remarks", { body: [{ id: 1, item_id: 1, text: "old" }, { id: 2, item_id: 1, text: "tall" }] }, 201, ""],
      ["items?select=name,remarks(text)&id=eq.1&remarks.order=id.desc", {}, 200, [{ name: "ash", remarks: [{ text: "tall" }, { text: "old" }] }]],
      ["remarks?select=text,items!inner(name)&items.name=eq.ash&id=eq.2", {}, 200, [{ text: "tall", items: { name: "ash" } }]],
    ]); // biome-ignore format: a case a line
  });

  it("upsert", () => {
    const prefer = (how: string) => ({ prefer: `resolution=${how},return=representation` });
    return answers([
      ["items?select=id,qty", { body: { id: 5, name: "elm", qty: 50 }, headers: prefer("merge-duplicates") }, 200, [{ id: 5, qty: 50 }]],
      ["items?select=id,qty&on_conflict=name", { body: { id: 5, name: "elm", qty: 5 }, headers: prefer("merge-duplicates") }, 200, [{ id: 5, qty: 5 }]],
      ["items?select=id", { body: { id: 5, name: "elm", qty: 51 }, headers: prefer("ignore-duplicates") }, 201, []],
      ["items?id=eq.5&select=qty", {}, 200, [{ qty: 5 }]],
      ["items?id=eq.20", { method: "PUT", body: { id: 20, name: "ivy", qty: 1, tags: [], meta: {}, owner: null } }, 204, ""],
      ["items?id=eq.20", { method: "DELETE" }, 204, ""],
    ]); // biome-ignore format: a case a line
  });

  it("call functions", () =>
    answers([
      ["rpc/add", { body: { a: 2, b: 3 } }, 200, 5],
      ["rpc/add?a=20&b=3", {}, 200, 23],
      ["rpc/cheapest?select=name&limit=1&offset=1", { body: { most: 3 } }, 200, [{ name: "beech" }]],
      ["rpc/nothing", { body: {} }, 204, ""],
      ["rpc/teapot", { body: {} }, 418, { code: "PT418", message: "short and stout", details: "a handle", hint: "a spout" }],
    ])); // biome-ignore format: a case a line

  it("let each role do what its policies say", () =>
    everywhere(async (project) => {
      const ada = await userToken(project.jwtSecret, { sub: ADA });
      const as: Readonly<Record<string, RestCall>> = {
        anon: { key: project.anonKey },
        publishable: { key: project.publishableKey },
        ada: { key: project.anonKey, token: ada },
        adaAlone: { key: null, token: ada },
        service: { key: project.serviceRoleKey },
        secret: { key: project.secretKey },
      };
      const seen = async (call: RestCall | undefined) =>
        ((await rest(project, "items?select=id&order=id&id=lte.5", call)).body as { id: number }[]).map(({ id }) => id);
      for (const name of ["anon", "publishable"]) expect(await seen(as[name]), name).toEqual([1, 2, 5]);
      for (const name of ["ada", "adaAlone"]) expect(await seen(as[name]), name).toEqual([1, 2, 3, 5]);
      for (const name of ["service", "secret"]) expect(await seen(as[name]), name).toEqual([1, 2, 3, 4, 5]);

      const who = async (call: RestCall | undefined) => (await rest(project, "rpc/who", { ...call, body: {} })).body;
      expect([await who(as["anon"]), await who(as["ada"]), await who(as["service"])]).toEqual([
        "anon -", `authenticated ${ADA}`, "service_role -",
      ]); // biome-ignore format: short

      const insert = (call: RestCall | undefined, id: number, owner: string | null) =>
        rest(project, "items", { ...call, body: { id, name: `of ${id}`, owner } });
      const refused = { code: "42501", message: expect.stringContaining("row-level security"), details: null, hint: null };
      expect(await insert(as["anon"], 30, null)).toMatchObject({ status: 401, body: refused });
      expect(await insert(as["ada"], 31, BOB)).toMatchObject({ status: 403, body: refused });
      expect(await insert(as["ada"], 32, ADA)).toMatchObject({ status: 201 });
      // Rows that a policy hides are changed by nobody, without a word.
      expect(await rest(project, "items?id=eq.4", { ...as["ada"], method: "PATCH", body: { qty: 9 } })).toMatchObject({ status: 204 });
      expect(await rest(project, "items?id=eq.4&select=qty", as["service"])).toMatchObject({ body: [{ qty: 4 }] });
      expect(await rest(project, "items?id=eq.32", { ...as["ada"], method: "DELETE" })).toMatchObject({ status: 204 });
    })); // biome-ignore format: a case a line

  it("say what was wrong in the same words", () => {
    const wrong = (code: string, message: RegExp, more: { details?: unknown; hint?: unknown } = {}) => ({
      code,
      message: expect.stringMatching(message),
      details: null,
      hint: null,
      ...more,
    });
    const some = expect.any(String);
    const either = expect.toSatisfy((value: unknown) => value === null || typeof value === "string");
    return answers([
      ["nowhere", {}, 404, wrong("42P01", /nowhere.* does not exist/)],
      ["items?select=nothing", {}, 400, wrong("42703", /column items\.nothing does not exist/, { hint: either })],
      ["items?qty=nearly.3", {}, 400, wrong("PGRST100", /failed to parse filter/, { details: some })],
      ["items?qty=eq.three", {}, 400, wrong("22P02", /invalid input syntax for type integer/)],
      ["items", { body: { id: 1, name: "other" } }, 409, wrong("23505", /duplicate key value/, { details: some })],
      ["items", { body: { id: 40, name: "x", qty: -1 } }, 400, wrong("23514", /violates check constraint/, { details: some })],
      ["items", { body: { id: 40 } }, 400, wrong("23502", /null value in column "name"/, { details: some })],
      ["remarks", { body: { id: 9, item_id: 999 } }, 409, wrong("23503", /violates foreign key/, { details: some })],
      ["items", { body: { id: 40, nothing: 1 } }, 400, wrong("PGRST204", /Column 'nothing' of relation 'items' does not exist/)],
      ["items", { body: "{broken" }, 400, wrong("PGRST102", /Empty or invalid json|invalid json/i)],
      ["rpc/unknown", { body: {} }, 404, wrong("PGRST202", /Could not find the function public\.unknown/, { details: some, hint: either })],
      ["items?select=*,marks(*)", {}, 400, wrong("PGRST200", /relationship between 'items' and 'marks'/, { details: some, hint: either })],
      ["items", { headers: { accept: "application/vnd.pgrst.object+json" } }, 406, wrong("PGRST116", /JSON object requested/, { details: some })],
      ["items", { headers: { accept: "image/png" } }, 415, wrong("PGRST107", /None of these media types are available/)],
      ["items", { headers: { "accept-profile": "secret" } }, 406, wrong("PGRST106", /schema must be one of/)],
      ["items", { headers: { range: "100-200", prefer: "count=exact" } }, 416, wrong("PGRST103", /range not satisfiable/i, { details: some })],
      ["items", { body: { id: 41, name: "x" }, headers: { prefer: "handling=strict,odd=yes" } }, 400, wrong("PGRST122", /preferences/i, { details: some })],
    ]); // biome-ignore format: a case a line
  });

  it("count, and give ranges", () =>
    everywhere(async (project) => {
      const range = async (path: string, call: RestCall) => {
        const { status, headers, body } = await rest(project, path, call);
        return [status, headers.get("content-range"), Array.isArray(body) ? body.length : body];
      };
      expect(await range("items?id=lte.5", { headers: { range: "1-2", prefer: "count=exact" } })).toEqual([206, "1-2/5", 2]);
      expect(await range("items?id=lte.5", { headers: { range: "0-9", prefer: "count=exact" } })).toEqual([200, "0-4/5", 5]);
      expect(await range("items?id=lte.5&limit=2", {})).toEqual([200, "0-1/*", 2]);
      expect(await range("items?id=lte.5", { method: "HEAD", headers: { prefer: "count=exact" } })).toEqual([200, "0-4/5", ""]);
      expect(await range("items?id=gt.900", { headers: { prefer: "count=exact" } })).toEqual([200, "*/0", 0]);
    })); // biome-ignore format: a case a line

  it("heed preferences and content types", () =>
    everywhere(async (project) => {
      const put = (id: number, prefer: string) =>
        rest(project, "items?columns=id,name,qty", { body: [{ id, name: `pref ${id}` }], headers: { prefer } });
      const minimal = await put(50, "return=minimal, missing=default");
      expect([minimal.status, minimal.body, minimal.headers.get("preference-applied")]).toEqual([201, "", "missing=default, return=minimal"]);
      const headersOnly = await put(51, "return=headers-only, missing=default");
      expect([headersOnly.status, headersOnly.headers.get("location")]).toEqual([201, "/items?id=eq.51"]);
      expect((await rest(project, "items?id=in.(50,51)", { method: "DELETE", headers: { prefer: "count=exact" } })).headers.get("content-range")).toBe("*/2");
      const csv = await rest(project, "items?select=id,name&id=lte.2&order=id", { headers: { accept: "text/csv" } });
      expect([csv.status, csv.body]).toEqual([200, "id,name\n1,ash\n2,beech"]);
      const one = await rest(project, "items?select=name&id=eq.1", { headers: { accept: "application/vnd.pgrst.object+json" } });
      expect([one.status, one.body]).toEqual([200, { name: "ash" }]);
      const added = await rest(project, "items", { body: "id,name\n52,gorse", headers: { "content-type": "text/csv" } });
      expect([added.status, (await rest(project, "items?id=eq.52", { method: "DELETE" })).status]).toEqual([201, 204]);
      const openapi = (await rest(project, "")).body as { paths: object };
      expect(Object.keys(openapi.paths)).toEqual(expect.arrayContaining(["/items", "/remarks", "/rpc/add"]));
    })); // biome-ignore format: a case a line

  it("answer browsers of any origin, when they ask first and when something is wrong", () =>
    everywhere(async (project) => {
      const origin = "https://app.example";
      const asked = { origin, "access-control-request-method": "PATCH", "access-control-request-headers": "apikey,prefer,x-odd" };
      const before = await rest(project, "items", { method: "OPTIONS", key: null, headers: asked });
      expect([before.status, before.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
      expect(before.headers.get("access-control-allow-methods")).toMatch(/PATCH/);
      expect(before.headers.get("access-control-allow-headers")).toMatch(/x-odd/);
      for (const call of [{}, { key: "wrong" }, { key: null }, { headers: { "accept-profile": "secret" } }]) {
        const { headers } = await rest(project, "items?limit=1", { ...call, headers: { ...call.headers, origin } });
        expect(headers.get("access-control-allow-origin")).toBe("*");
        expect(headers.get("access-control-expose-headers")).toMatch(/content-range/);
        expect(headers.get("access-control-allow-credentials")).toBeNull();
      }
    })); // biome-ignore format: a case a line

  it("refuse who has no key, a wrong one, or a token that does not hold", () =>
    everywhere(async (project) => {
      const shape = { message: expect.any(String), details: null, hint: expect.any(String) };
      const { anonKey: key } = project;
      expect(await rest(project, "items", { key: null })).toMatchObject({ status: 401, body: { ...shape, code: "no_api_key" } });
      for (const wrong of ["wrong", `${key}x`, `${project.publishableKey.slice(0, -1)}_`, "sb_secret_", "a.b.c"]) {
        expect(await rest(project, "items", { key: wrong }), wrong).toMatchObject({ status: 401, body: { ...shape, code: "invalid_api_key" } });
      }
      const past = Math.floor(Date.now() / 1000) - 3600;
      const forged = await userToken("another-secret-of-thirty-two-characters!", { sub: ADA });
      const powerful = await userToken(project.jwtSecret, { role: "supabase_admin" });
      const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${forged.split(".")[1]}.`;
      for (const token of [forged, unsigned, powerful, "nonsense"]) {
        const answer = await rest(project, "items", { key, token });
        expect([401, 403], token.slice(0, 20)).toContain(answer.status);
        expect(answer.body).toMatchObject({ code: expect.any(String), message: expect.any(String) });
      }
      const expired = await new SignJWT({ role: "authenticated", sub: ADA, exp: past })
        .setProtectedHeader({ alg: "HS256" })
        .sign(new TextEncoder().encode(project.jwtSecret));
      expect((await rest(project, "items", { key, token: expired })).status).toBe(401);
    })); // biome-ignore format: a case a line

  it("refuse each other's keys and tokens, and two projects named at once", () =>
    everywhere(async (project) => {
      for (const other of projects.filter(({ ref }) => ref !== project.ref)) {
        for (const key of [other.anonKey, other.serviceRoleKey, other.publishableKey, other.secretKey]) {
          expect((await rest(project, "marks", { key })).status).toBe(401);
          expect((await rest(project, "marks", { key: null, token: key })).status).toBe(401);
          expect((await rest(project, "marks", { key: project.anonKey, token: key })).status).toBe(401);
        }
        const token = await userToken(other.jwtSecret, { role: "service_role" });
        expect((await rest(project, "marks", { key: project.anonKey, token })).status).toBe(401);
        const both = await rest(project, "marks", { headers: { "x-project-id": other.ref } });
        expect(both.status).toBe(400);
      }
    }));

  it("never give one's rows to another, however many ask at once", () =>
    everywhere(async (project) => {
      const all = await Promise.all(Array.from({ length: 40 }, () => rest(project, "marks")));
      for (const { status, body } of all) expect([status, body]).toEqual([200, [{ mark: project.ref }]]);
    }));

  it("are the same to supabase-js", () =>
    everywhere(async (project) => {
      const admin = client(project, project.secretKey);
      const added = await admin.from("items").insert({ id: 60, name: "holly" }).select("name").single();
      expect(added).toMatchObject({ error: null, status: 201, data: { name: "holly" } });
      const counted = await admin.from("items").select("*", { count: "exact", head: true }).lte("id", 5);
      expect(counted).toMatchObject({ error: null, count: 5 });
      expect(await admin.rpc("add", { a: 1, b: 2 })).toMatchObject({ data: 3 });
      expect((await admin.from("items").select().eq("id", 999).maybeSingle()).data).toBeNull();
      expect(await admin.from("items").select().eq("id", 999).single()).toMatchObject({ status: 406, error: { code: "PGRST116" } });
      expect(await admin.from("items").delete().eq("id", 60)).toMatchObject({ status: 204, error: null });
    })); // biome-ignore format: a case a line
});
