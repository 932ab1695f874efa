import { ERROR_STATUS } from "@supalove/contracts/api/index.ts";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { LOCAL_ADMIN } from "../database/seedInstance.ts";
import { recordLook } from "../drift/recordLook.ts";
import { buildOpenApi } from "../http/openapi.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import {
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
let ids: Readonly<Record<string, string>>;
let stranger: string;

beforeAll(async () => {
  const ref = await addProject(target.owner);
  await target.owner.$transaction((tx) => recordLook(tx, ref, []));
  // Ended, so that a stream of it ends as well.
  const operation = await addOperationRow(target.owner, ref, { status: "succeeded" });
  // Of its own, so that a policy set in it is nobody else's.
  const organization = await addOrganization(target.owner, LOCAL_ADMIN);
  const member = await addUser(target.owner, "member");
  await addMember(target.owner, organization, member.id, "developer");
  ids = { ref, operation, preview: await addPreviewRow(target.owner, ref), slug: organization, user_id: member.id };
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
function inputs(path: string, { parameters = [], requestBody }: Described): fc.Arbitrary<Input> {
  const real = (name: string) =>
    name === "id" && path.includes("/previews/") ? ids["preview"] : (ids[name] ?? ids["operation"]);
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

describe.each(operations)("%s", (_name, path, method, described) => {
  it("answers whatever it is sent, and changes nothing by what it refuses", async () => {
    await fc.assert(
      fc.asyncProperty(inputs(path, described), async (input) => {
        const before = await rows();
        const answer = await send(path, method, input, api.token);
        if (answer === undefined) return;
        expectSound(answer);
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

async function restore(): Promise<void> {
  const ref = ids["ref"] ?? "";
  await target.owner.operation.updateMany({
    where: { projectRef: ref, finishedAt: null },
    data: { status: "succeeded", finishedAt: new Date() },
  });
  await target.owner.project.update({ where: { ref }, data: { status: "ACTIVE_HEALTHY", deletedAt: null } });
}
