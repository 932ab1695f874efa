import { describe, expect, it } from "vitest";
import { type Answer, api, deleteProject, type Project, uniqueName } from "../harness/api.ts";

interface ErrorBody {
  readonly message: string;
  readonly code: string;
}

/** A refusal a client can work with: 4xx, a stable code, a message, and nothing of the inside. */
function expectRefusal(answer: Answer<ErrorBody>, status: number | readonly number[], what = "") {
  expect([status].flat(), `${what}: ${JSON.stringify(answer.body)}`).toContain(answer.status);
  expect(answer.body.code, what).toMatch(/^[a-z0-9_]+$/);
  expect(answer.body.message.length, what).toBeGreaterThan(10);
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:\d|prisma|at async|ECONNREFUSED/i);
}

const count = async () => (await api<Project[]>("/v1/projects")).body.length;

describe("bad input to POST /v1/projects", () => {
  const name = uniqueName("bad");
  const bodies: readonly (readonly [string, unknown])[] = [
    ["no name", { plan: "shared" }],
    ["an empty name", { name: "", plan: "shared" }],
    ["a blank name", { name: "   ", plan: "shared" }],
    ["a number as name", { name: 7, plan: "shared" }],
    ["a huge name", { name: "x".repeat(10_000), plan: "shared" }],
    ["a NUL byte", { name: "a\u0000b", plan: "shared" }],
    ["a lone surrogate", { name: "a\ud800b", plan: "shared" }],
    ["an unknown plan", { name, plan: "platinum" }],
    ["a plan of the wrong type", { name, plan: ["shared"] }],
    ["an unknown size", { name, plan: "shared", size: "galactic" }],
    ["a foreign organization", { name, plan: "shared", organization_id: "org-of-somebody-else" }],
    ["a short JWT secret", { name, plan: "shared", jwt_secret: "short" }],
    ["an unknown extension", { name, plan: "shared", extensions: ["no_such_extension"] }],
    ["an extension that is SQL", { name, plan: "shared", extensions: ['x"; drop database postgres; --'] }],
    ["a null", null],
    ["a list", []],
    ["a text", "shared"],
  ];
  it.each(bodies)("refuses %s and creates nothing", async (what, body) => {
    const before = await count();
    expectRefusal(await api<ErrorBody>("/v1/projects", { body }), [400, 404, 422], what);
    expect(await count()).toBe(before);
  });

  it("refuses what is not JSON, too large, or of another type", async () => {
    expectRefusal(await api<ErrorBody>("/v1/projects", { raw: '{"name": ' }), 400);
    expectRefusal(await api<ErrorBody>("/v1/projects", { raw: `{"name":"${"x".repeat(5_000_000)}"}` }), 413);
    expectRefusal(
      await api<ErrorBody>("/v1/projects", {
        raw: "name=x",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      }),
      415,
    );
  });

  it("refuses a name that is taken, and says so", async () => {
    const taken = uniqueName("twice");
    const first = await api<Project>("/v1/projects", { body: { name: taken, plan: "shared" } });
    expect(first.status).toBe(201);
    const second = await api<ErrorBody>("/v1/projects", { body: { name: taken, plan: "shared" } });
    expectRefusal(second, 409);
    expect(second.body.message).toContain(taken);
    await deleteProject(first.body.ref);
  });

  it("takes shell and SQL metacharacters and other alphabets as plain text", async () => {
    const odd = `${uniqueName("o'dd")} "$(id)" \`id\`; drop table projects; -- 名前 🚀`;
    const created = await api<Project>("/v1/projects", { body: { name: odd, plan: "shared" } });
    expect(created.status).toBe(201);
    expect((await api<Project>(`/v1/projects/${created.body.ref}`)).body.name).toBe(odd);
    await deleteProject(created.body.ref);
  });
});

describe("ids and tokens", () => {
  const unknown = "z".repeat(20);
  it.each([
    `/v1/projects/${unknown}`,
    `/v1/projects/${unknown}/api-keys`,
    `/v1/projects/${unknown}/postgrest`,
    "/v1/operations/op_unknown",
    "/v1/nothing-here",
  ])("answers 404 on %s", async (path) => {
    expectRefusal(await api<ErrorBody>(path), 404, path);
  });

  it.each(["short", "ABC", `${"a".repeat(20)}%00`, "a'b", "..%2f..%2fetc%2fpasswd", `${"a".repeat(20)}%0a`])(
    "answers 4xx on the ref %s",
    async (ref) => {
      const answer = await api<ErrorBody>(`/v1/projects/${ref}`);
      expectRefusal(answer, [400, 404], ref);
    },
  );

  it.each([
    null,
    "",
    "x",
    `sbp_${"0".repeat(40)}`,
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.AAAA",
  ])("answers 401 to the token %s", async (token) => {
    for (const path of ["/v1/projects", "/v1/operations", "/api/v1/projects"]) {
      expectRefusal(await api<ErrorBody>(path, { token }), 401, path);
    }
  });
});
