import { ERROR_STATUS } from "@supalove/contracts/api/index.ts";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { insertAccessToken } from "../accessTokens/insertAccessToken.ts";
import { LOCAL_ADMIN } from "../database/seedInstance.ts";
import { recordLook } from "../drift/recordLook.ts";
import { buildOpenApi } from "../http/openapi.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import {
  addBackupRow,
  addMember,
  addOperationRow,
  addOrganization,
  addPreviewRow,
  addProject,
  addUser,
} from "../testing/fixtures.ts";
import { fromSchema, type Schema } from "../testing/fromSchema.ts";
import type { TestAnswer } from "../testing/testApi.ts";
import { ROUTES } from "./routes/index.ts";

/*
 * Requests made from the OpenAPI document: no route answers with a fault of its own, every refusal has a code that is
 * declared, and what was refused has changed nothing.
 */

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: Schema;
}
interface Described {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: Schema } } };
  readonly security?: readonly unknown[];
}
const document = JSON.parse(JSON.stringify(buildOpenApi(ROUTES, "http://localhost:8000", "1.0.0"))) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
};

const resolve = (ref: string): Schema => {
  const steps = ref.replace(/^#\//, "").split("/");
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document) as Schema;
};

const RUNS = 24;
/** Statuses above 499 that are answers and no faults: what this server can't do. */
const HONEST = new Set<number>([ERROR_STATUS.plan_unavailable]);

apiOfFile({ dataPlane: { query: async () => [{ one: 1 }] } });
/** Things that are there, by the name of the parameter, or by the kind where that is `id`. */
type Ids = Readonly<Record<string, string>>;
/** Those of a shared project and those of a dedicated one. */
let plans: readonly [shared: Ids, dedicated: Ids];
let stranger: string;
/** Operations that went through at least once with what was made. */
const reached = new Set<string>();

async function idsOf(dedicated: boolean, others: Ids): Promise<Ids> {
  const ref = await addProject(target.owner, { dedicated });
  await target.owner.$transaction((tx) => recordLook(tx, ref, []));
  // The runner looks at stacks; here nobody does, so that one look has to do for all of the time.
  const checkedAt = new Date(Date.now() + 3_600_000);
  if (dedicated) await target.owner.stackView.create({ data: { projectRef: ref, checkedAt } });
  return {
    ...others,
    ref,
    // Ended, so that a stream of it ends as well.
    operations: await addOperationRow(target.owner, ref, { status: "succeeded" }),
    previews: await addPreviewRow(target.owner, ref),
    backups: await addBackupRow(target.owner, ref),
    service: "rest",
  };
}

beforeAll(async () => {
  // Of its own, so that a policy set in it is nobody else's.
  const organization = await addOrganization(target.owner, LOCAL_ADMIN);
  const member = await addUser(target.owner, "member");
  await addMember(target.owner, organization, member.id, "developer");
  const { row } = await insertAccessToken(target.owner, LOCAL_ADMIN, "spare", undefined);
  const others = { slug: organization, user_id: member.id, "access-tokens": row.id };
  plans = [await idsOf(false, others), await idsOf(true, others)];
  const user = await addUser(target.owner, "stranger");
  await addOrganization(target.owner, user.id);
  stranger = user.token;
});

/** Rows of everything that a request may make or change. */
async function rows(): Promise<string> {
  const [found] = await target.owner.$queryRaw<{ state: string }[]>`
    select concat_ws(' ',
      (select count(*) from projects), (select md5(string_agg(p::text, '' order by ref)) from projects p),
      (select count(*) from operations), (select count(*) from previews), (select count(*) from organizations),
      (select md5(string_agg(m::text, '' order by organization_id, user_id)) from members m),
      (select md5(string_agg(o::text, '' order by id)) from organizations o), (select count(*) from preview_approvals), (select count(*) from personal_access_tokens where revoked_at is null),
      (select count(*) from backups), (select md5(string_agg(s::text, '' order by project_ref)) from stack_views s),
      (select count(*) from project_secrets), (select md5(string_agg(d::text, '' order by project_ref)) from drift_looks d)
    ) as state`;
  return found?.state ?? "";
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => [described.operationId, path, method, described] as const),
);

interface Input {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** Inputs of a route; ids are mostly those of things that are there, so that requests come past the door. */
const inputs = (path: string, described: Described): fc.Arbitrary<Input> =>
  fc.oneof(...plans.map((ids) => inputsWith(ids, path, described)));

function inputsWith(ids: Ids, path: string, { parameters = [], requestBody }: Described): fc.Arbitrary<Input> {
  const kind = /\/([a-z-]+)\/\{id\}/.exec(path)?.[1] ?? "";
  const real = (name: string) => ids[name === "id" ? kind : name];
  const of = (place: Parameter["in"]) =>
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, schema }) => {
          const made = fromSchema(schema, resolve);
          return [
            name,
            place === "path"
              ? fc.oneof({ weight: 4, arbitrary: fc.constant(real(name)) }, { weight: 1, arbitrary: made })
              : made,
          ];
        }),
    );
  const schema = requestBody?.content["application/json"].schema;
  return fc
    .record({
      path: fc.record(of("path")),
      query: fc.record(of("query"), { requiredKeys: [] }),
      body: schema === undefined ? fc.constant(undefined) : fromSchema(schema, resolve),
      // An empty id makes another path.
    })
    .filter(({ path: values }) => Object.values(values).every((value) => inUrl(value) !== "")) as fc.Arbitrary<Input>;
}

/** Text of a value in a URL; a lone surrogate can't stand in one. */
const inUrl = (value: unknown) =>
  encodeURIComponent((typeof value === "string" ? value : (JSON.stringify(value) ?? "")).toWellFormed());

async function send(path: string, method: string, input: Input, token: string | null): Promise<TestAnswer | undefined> {
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => inUrl(input.path[name]));
  const query = Object.entries(input.query).map(([name, value]) => `${name}=${inUrl(value)}`);
  const body = input.body === undefined ? {} : { body: input.body };
  try {
    return await api.call(place + (query.length > 0 ? `?${query.join("&")}` : ""), {
      method: method.toUpperCase(),
      token,
      ...body,
    });
  } catch (error) {
    // An event stream is no JSON; that it began is answer enough.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function expectSound(answer: TestAnswer): void {
  if (answer.status < 400) return;
  const code = answer.body["code"] as keyof typeof ERROR_STATUS;
  expect(ERROR_STATUS[code], JSON.stringify(answer.body)).toBe(answer.status);
  expect(answer.status < 500 || HONEST.has(answer.status), JSON.stringify(answer.body)).toBe(true);
  expect(String(answer.body["message"]).length).toBeGreaterThan(5);
  expect(String(answer.body["next_step"]).length).toBeGreaterThan(5);
  expect(JSON.stringify(answer.body)).not.toMatch(/prisma|node_modules|\.ts:\d|at async/i);
}

it("knows a real one of everything that a path can name", () => {
  for (const ids of plans) {
    for (const [, path] of operations) {
      for (const [, part, name] of path.matchAll(/\/([a-z-]+)\/\{(\w+)\}/g)) {
        expect(ids[(name === "id" ? part : name) ?? ""], path).toEqual(expect.any(String));
      }
    }
  }
});

describe.each(operations)("%s", (name, path, method, described) => {
  it("answers whatever it is sent, and changes nothing by what it refuses", async () => {
    await fc.assert(
      fc.asyncProperty(inputs(path, described), async (input) => {
        const before = await rows();
        const answer = await send(path, method, input, api.token);
        if (answer === undefined) return;
        expectSound(answer);
        if (answer.status < 400) reached.add(name);
        if (answer.status >= 400) expect(await rows()).toBe(before);
        // What went through may have changed the project; the next request finds it as it was.
        if (answer.status < 400 && method !== "get") await restore();
      }),
      { numRuns: RUNS },
    );
  });

  it("gives a stranger nothing, and changes nothing for one", async () => {
    const owned = path.includes("{");
    await fc.assert(
      fc.asyncProperty(inputs(path, described), async (input) => {
        const before = owned ? await rows() : "";
        const answer = await send(path, method, input, stranger);
        if (answer === undefined) throw new Error("a stranger was let into a stream");
        expectSound(answer);
        if (!owned) return;
        expect([400, 404]).toContain(answer.status);
        expect(await rows()).toBe(before);
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it("lets nobody in without a token that is known", async () => {
    if (described.security === undefined) return;
    await fc.assert(
      fc.asyncProperty(
        inputs(path, described),
        fc.oneof(fc.constantFrom(null, `sbp_${"0".repeat(40)}`, "a.b.c"), fc.stringMatching(/^[\x21-\x7e]{1,60}$/)),
        async (input, token) => {
          const before = await rows();
          const answer = await send(path, method, input, token);
          expect(answer?.status).toBe(401);
          expect(await rows()).toBe(before);
        },
      ),
      { numRuns: RUNS / 4 },
    );
  });
});

it.each(["getStack", "restartService", "listVersions", "getBackup", "revokeAccessToken"])(
  "came past the door of %s",
  (operation) => expect([...reached]).toContain(operation),
);

async function restore(): Promise<void> {
  for (const { ref = "", "access-tokens": token = "" } of plans) {
    await target.owner.operation.updateMany({
      where: { projectRef: ref, finishedAt: null },
      data: { status: "succeeded", finishedAt: new Date() },
    });
    await target.owner.project.update({ where: { ref }, data: { status: "ACTIVE_HEALTHY", deletedAt: null } });
    await target.owner.personalAccessToken.update({ where: { id: token }, data: { revokedAt: null } });
  }
}
