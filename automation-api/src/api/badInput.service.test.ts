import { connect } from "node:net";
import { ERROR_STATUS } from "@supalove/contracts/api/index.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_ORGANIZATION } from "../database/seedInstance.ts";
import { api, apiOfFile, target } from "../testing/apiOfFile.ts";
import { addMember, addOperationRow, addPreviewRow, addProject, addUser } from "../testing/fixtures.ts";
import type { TestAnswer } from "../testing/testApi.ts";

apiOfFile({ dataPlane: { query: async () => [] } });
let ref: string;
let dedicated: string;
let operation: string;
let preview: string;
let member: string;

beforeAll(async () => {
  ref = await addProject(target.owner);
  dedicated = await addProject(target.owner, { dedicated: true });
  operation = await addOperationRow(target.owner, ref, { status: "succeeded" });
  preview = await addPreviewRow(target.owner, ref);
  member = (await addUser(target.owner, "member")).id;
  await addMember(target.owner, DEFAULT_ORGANIZATION, member, "developer");
});

/** A refusal a client can work with: a status and a code that belong together, words, and nothing of the inside. */
function expectRefusal({ status, body, headers }: TestAnswer, code: keyof typeof ERROR_STATUS): void {
  expect(body).toMatchObject({
    code,
    message: expect.stringMatching(/.{10}/),
    next_step: expect.stringMatching(/.{10}/),
  });
  expect(status).toBe(ERROR_STATUS[code]);
  expect(body["request_id"]).toBe(headers.get("x-request-id"));
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts:\d|prisma|at async|ECONN|select /i);
}

/** Counts every row the routes can make. */
async function rows(): Promise<number[]> {
  const { owner } = target;
  return Promise.all([
    owner.project.count(),
    owner.operation.count(),
    owner.organization.count(),
    owner.personalAccessToken.count(),
    owner.auditEntry.count(),
    owner.projectSecret.count(),
    owner.preview.count(),
    owner.previewApproval.count(),
  ]);
}

const NASTY: readonly unknown[] = [null, 7, true, [], {}, "", "   ", "a\0b", "a\ud800b", "x".repeat(60_000), "a\nb"];

/** How a field is sent each of those values, made worse where it takes it, and what it needs beside it to be looked at. */
type Field = readonly [name: string, wrong: (value: unknown) => unknown, besides?: Readonly<Record<string, unknown>>];
const asIs = (value: unknown) => value;
const unlessTrue = (value: unknown) => (value === true ? "true" : value);
/** A list and an object of nothing are right where many are asked for. */
const unlessList = (value: unknown) => (Array.isArray(value) ? [null] : value);
const unlessObject = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { of_ours: "x" } : value;

const CREATION: readonly Field[] = [
  ["desired_instance_size", asIs],
  ["organization_slug", asIs],
  ["region_selection", asIs],
  ["region_selection", (x) => ({ type: x, code: "us-east-1" })],
  ["region_selection", (x) => ({ type: "specific", code: typeof x === "string" ? "x".repeat(41) : x })],
  ["kps_enabled", unlessTrue],
  ["anon_key", asIs, { jwt_secret: "y".repeat(32) }],
  ["service_role_key", asIs, { jwt_secret: "y".repeat(32) }],
];
const STACK: readonly Field[] = [
  ["services", asIs],
  ["services", (x) => ["db", x]],
  ["postgres_settings", unlessObject],
  ["postgres_settings", (x) => ({ work_mem: x })],
  ["routes", unlessList],
  ["routes", (x) => [{ path: x, target: "http://example.com" }]],
  ["routes", (x) => [{ path: "/x", target: x }]],
  ["routes", (x) => [{ path: "/x", target: "http://example.com", auth: x }]],
  ["publish_database", unlessTrue],
];
const CHANGE: readonly Field[] = [
  ["desired_instance_size", asIs],
  ["images", asIs],
  ["images", (x) => ({ rest: x })],
  ["images", () => ({ kafka: "1" })],
  ["rotate_keys", (x) => ({ overlap_hours: x === 7 ? 7.5 : x })],
  ["rotate_keys", unlessObject],
  ["end_key_overlap", unlessTrue],
  ["rotate_passwords", unlessTrue],
];
const ACTS: readonly Field[] = [
  ["pause", unlessTrue],
  ["resume", unlessTrue],
  ["restart", asIs],
  ["backup", unlessTrue, { delete: true }],
];

type Target = readonly [what: string, method: string, path: string, body: (value: unknown) => unknown];
const targetsOf = (operation: string, method: string, path: string, fields: readonly Field[], base = {}) =>
  fields.map(([field, wrong, besides]): Target => {
    return [`${field} of ${operation}`, method, path, (value) => ({ ...base, ...besides, [field]: wrong(value) })];
  });

describe("bodies", () => {
  const targets: readonly Target[] = [
    ["name of createProject", "POST", "/v1/projects", (name) => ({ name })],
    ["plan of createProject", "POST", "/v1/projects", (plan) => ({ name: "x", plan })],
    ["organization_id of createProject", "POST", "/v1/projects", (organization_id) => ({ name: "x", organization_id })],
    ["db_pass of createProject", "POST", "/v1/projects", (db_pass) => ({ name: "x", db_pass })],
    ["size of createProject", "POST", "/v1/projects", (size) => ({ name: "x", size })],
    ["jwt_secret of createProject", "POST", "/v1/projects", (jwt_secret) => ({ name: "x", jwt_secret })],
    ["region of createProject", "POST", "/v1/projects", (region) => ({ name: "x", region })],
    ["an extension of createProject", "POST", "/v1/projects", (e) => ({ name: "x", extensions: [e] })],
    ["name of createOrganization", "POST", "/v1/organizations", (name) => ({ name })],
    ["name of updateOrganization", "PATCH", "/v1/organizations/default", (name) => ({ name })],
    ["policy of updateOrganization", "PATCH", "/v1/organizations/default", (policy) => ({ approval_policy: policy })],
    ["email of addMember", "POST", "/v1/organizations/default/members", (email) => ({ email })],
    ["role of addMember", "POST", "/v1/organizations/default/members", (role) => ({ email: "a@b.example", role })],
    ["name of createAccessToken", "POST", "/v1/access-tokens", (name) => ({ name })],
    [
      "expires_in of createAccessToken",
      "POST",
      "/v1/access-tokens",
      (e) => ({ name: "x", expires_in: e === 7 ? 7.5 : e }),
    ],
    ["password of setDatabasePassword", "PATCH", "/v1/projects/{ref}/database/password", (password) => ({ password })],
    ["name of updateProject", "PATCH", "/v1/projects/{ref}", (name) => ({ name })],
    ["size of updateProject", "PATCH", "/v1/projects/{ref}", (size) => ({ size })],
    ["an extension of updateProject", "PATCH", "/v1/projects/{ref}", (e) => ({ extensions: [e] })],
    ["name of previewNewProject", "POST", "/v1/previews", (name) => ({ name })],
    ["db_pass of previewNewProject", "POST", "/v1/previews", (db_pass) => ({ name: "x", db_pass })],
    ["name of previewProject", "POST", "/v1/projects/{ref}/previews", (name) => ({ name })],
    ["size of previewProject", "POST", "/v1/projects/{ref}/previews", (size) => ({ size })],
    ["an extension of previewProject", "POST", "/v1/projects/{ref}/previews", (e) => ({ extensions: [e] })],
    ["delete of previewProject", "POST", "/v1/projects/{ref}/previews", (x) => ({ delete: x === true ? false : x })],
    ["refresh of previewProject", "POST", "/v1/projects/{ref}/previews", (x) => ({ refresh: x === true ? "yes" : x })],
    [
      "preview_id of applyPreview",
      "POST",
      "/v1/projects/{ref}/operations",
      (x) => ({ preview_id: x === "   " || x === "a\nb" ? "" : x }),
    ],
    ["digest of acceptDrift", "POST", "/v1/projects/{ref}/drift/accept", (digest) => ({ digest })],
    [
      "confirm of applyPreview",
      "POST",
      "/v1/projects/{ref}/operations",
      (confirm) => ({ preview_id: "prv_x", confirm: typeof confirm === "string" ? "x".repeat(201) : confirm }),
    ],
    ["digest of approvePreview", "POST", "/v1/previews/{id}/approve", (digest) => ({ digest })],
    ["digest of approveProjectPreview", "POST", "/v1/projects/{ref}/previews/{id}/approve", (digest) => ({ digest })],
    ["role of updateMember", "PATCH", "/v1/organizations/default/members/{user_id}", (role) => ({ role })],
    ...targetsOf("createProject", "POST", "/v1/projects", CREATION, { name: "x" }),
    ...targetsOf("createProject", "POST", "/v1/projects", STACK, { name: "x", plan: "dedicated" }),
    ...targetsOf("previewNewProject", "POST", "/v1/previews", CREATION, { name: "x" }),
    ...targetsOf("previewNewProject", "POST", "/v1/previews", STACK, { name: "x", plan: "dedicated" }),
    ...targetsOf("updateProject", "PATCH", "/v1/projects/{dedicated}", [...STACK, ...CHANGE]),
    ...targetsOf("previewProject", "POST", "/v1/projects/{dedicated}/previews", [...STACK, ...CHANGE, ...ACTS]),
  ];
  it.each(targets)("refuse a wrong %s and change nothing", async (_what, method, path, make) => {
    const before = await rows();
    for (const value of NASTY) {
      const place = path
        .replace("{ref}", ref)
        .replace("{dedicated}", dedicated)
        .replace("{id}", preview)
        .replace("{user_id}", member);
      expectRefusal(await api.call(place, { method, body: make(value) }), "invalid_input");
    }
    expect(await rows()).toEqual(before);
  });

  it("refuse a wrong query of runDatabaseQuery", async () => {
    for (const query of [null, 7, true, [], {}, "", "a\0b", "a\ud800b", "x".repeat(1_000_001)]) {
      expectRefusal(await api.call(`/v1/projects/${ref}/database/query`, { body: { query } }), "invalid_input");
    }
  });

  it.each([null, [], "text", 7, true])("refuse %j in the place of an object", async (body) => {
    for (const path of [
      "/v1/projects",
      "/v1/organizations",
      "/v1/access-tokens",
      "/v1/previews",
      `/v1/projects/${ref}/database/query`,
      `/v1/projects/${ref}/previews`,
      `/v1/projects/${ref}/operations`,
      `/v1/projects/${ref}/drift/accept`,
    ]) {
      expectRefusal(await api.call(path, { body }), "invalid_input");
    }
  });

  it("refuse a delete that goes with anything else, and a change of nothing", async () => {
    for (const body of [
      { delete: true, name: "x" },
      { delete: true, refresh: true },
    ]) {
      expectRefusal(await api.call(`/v1/projects/${ref}/previews`, { body }), "invalid_input");
    }
    expectRefusal(await api.call(`/v1/projects/${ref}`, { method: "PATCH", body: {} }), "invalid_input");
  });

  it("refuse what can't be had before a preview is made of it", async () => {
    for (const path of ["/v1/previews", `/v1/projects/${ref}/previews`]) {
      const wish = { name: "x", extensions: ["pg_net"] };
      expectRefusal(await api.call(path, { body: wish }), "extension_unavailable");
    }
  });

  it("refuse unknown fields and say which", async () => {
    const answer = await api.call("/v1/projects", { body: { name: "x", plann: "shared" } });
    expectRefusal(answer, "invalid_input");
    expect(JSON.stringify(answer.body["issues"])).toContain("plann");
  });

  it("refuse what is no JSON, too large, too deep, of another type, or missing", async () => {
    const post = (raw: string, headers = {}) => api.call("/v1/projects", { raw, headers });
    expectRefusal(await post('{"name": '), "invalid_json");
    expectRefusal(await post(`{"name":"${"x".repeat(5_000_000)}"}`), "body_too_large");
    expectRefusal(await post(`{"name":${"[".repeat(20_000)}${"]".repeat(20_000)}}`), "invalid_input");
    expectRefusal(
      await post("name=x", { "Content-Type": "application/x-www-form-urlencoded" }),
      "unsupported_media_type",
    );
    expectRefusal(await api.call("/v1/projects", { method: "POST" }), "invalid_input");
    const bytes = Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
    expectRefusal(await api.call("/v1/projects", { raw: bytes }), "invalid_json");
  });
});

describe("paths", () => {
  it.each([
    "short",
    "ABCDEFGHIJKLMNOPQRST",
    `${"a".repeat(20)}%00`,
    `${"a".repeat(20)}%0a`,
    "a'b",
    "..%2f..%2fetc%2fpasswd",
    "%ED%A0%80",
  ])("refuse the ref %s", async (bad) => {
    for (const path of [`/v1/projects/${bad}`, `/v1/projects/${bad}/api-keys`]) {
      expectRefusal(await api.call(path), "invalid_input");
    }
  });

  it.each(["op_unknown", "x", "op_'; drop table operations; --", `${"y".repeat(64)}`])(
    "do not know the operation %s",
    async (id) => {
      expectRefusal(await api.call(`/v1/operations/${encodeURIComponent(id)}`), "operation_not_found");
      expectRefusal(
        await api.call(`/v1/operations/${encodeURIComponent(id)}/cancel`, { method: "POST" }),
        "operation_not_found",
      );
    },
  );

  it.each(["prv_unknown", "x", "prv_'; drop table previews; --", "y".repeat(64)])(
    "do not know the preview %s",
    async (id) => {
      const encoded = encodeURIComponent(id);
      expectRefusal(await api.call(`/v1/previews/${encoded}`), "preview_not_found");
      expectRefusal(await api.call(`/v1/projects/${ref}/previews/${encoded}`), "preview_not_found");
      const apply = { body: { preview_id: id } };
      expectRefusal(await api.call(`/v1/projects/${ref}/operations`, apply), "preview_not_found");
    },
  );

  it("do not know the token", async () => {
    expectRefusal(await api.call("/v1/access-tokens/pat_x", { method: "DELETE" }), "access_token_not_found");
  });

  it.each([
    "/",
    "/v1",
    "/v1/",
    "/v2/projects",
    "/v1/projects/x/y/z",
    "/v1/Projects",
    "/metrics",
    "/api/v1/nope",
    "/%2e%2e/v1",
  ])("do not know the route %s", async (path) => expectRefusal(await api.call(path), "route_not_found"));

  it("name the methods a path takes", async () => {
    const answer = await api.call("/v1/projects", { method: "PUT", body: {} });
    expectRefusal(answer, "method_not_allowed");
    expect(answer.headers.get("allow")).toBe("POST, GET");
  });

  it("refuse broken percent-encoding", async () => {
    expectRefusal(await api.call("/v1/projects/%E0%A4%A"), "invalid_input");
  });
});

describe("queries and headers", () => {
  it.each([
    "status=unknown",
    "limit=0",
    "limit=1e9",
    "limit=x",
    "project_ref=short",
    "foo=1",
    "limit=1&limit=2",
    "status=%00",
    "kind=unknown",
    "before=op_x",
    "before=",
  ])("refuse operations?%s", async (query) => {
    expectRefusal(await api.call(`/v1/operations?${query}`), "invalid_input");
  });

  it("refuse a backup that is neither true nor false, and delete nothing", async () => {
    for (const query of [
      "backup=1",
      "backup=",
      "backup=FALSE",
      "backup=no",
      "backup=false&backup=false",
      "back=false",
    ]) {
      expectRefusal(await api.call(`/v1/projects/${ref}?${query}`, { method: "DELETE" }), "invalid_input");
    }
    expect((await api.call(`/v1/projects/${ref}`)).body).toMatchObject({ status: "ACTIVE_HEALTHY" });
  });

  it.each(["project_ref=short", "project_ref=", "project_ref=%00", `project_ref=${"A".repeat(20)}`, "limit=1"])(
    "refuse backups?%s",
    async (query) => expectRefusal(await api.call(`/v1/backups?${query}`), "invalid_input"),
  );

  it("refuse a reveal that is neither true nor false", async () => {
    for (const query of ["reveal=1", "reveal=", "reveal=TRUE", "revel=true"]) {
      expectRefusal(await api.call(`/v1/projects/${ref}/api-keys?${query}`), "invalid_input");
      expectRefusal(await api.call(`/v1/projects/${ref}/database/connection?${query}`), "invalid_input");
    }
  });

  it.each(["x", "-1", "1.5", "99999999999"])("refuse the Last-Event-ID %s", async (id) => {
    expectRefusal(
      await api.call(`/v1/operations/${operation}/events`, { headers: { "Last-Event-ID": id } }),
      "invalid_input",
    );
  });

  it.each(["", "with blank", "x".repeat(256)])("refuse the Idempotency-Key %j", async (key) => {
    expectRefusal(
      await api.call("/v1/projects", { body: { name: "x" }, headers: { "Idempotency-Key": key } }),
      "invalid_input",
    );
  });

  it.each([
    "x",
    "Bearer",
    "Bearer ",
    "Basic dXNlcjpwYXNz",
    "Bearer a b",
    `Bearer ${"x".repeat(9000)}`,
    "Bearer sbp_zz",
    "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
  ])("answer 401 to the Authorization %s", async (authorization) => {
    const answer = await api.call("/v1/projects", { token: null, headers: { Authorization: authorization } });
    expect([401, 503]).toContain(answer.status);
    expect(["unauthorized", "identity_provider_unavailable"]).toContain(answer.body["code"]);
    if (answer.status === 401) expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });

  it("keeps a harmless request id and replaces any other", async () => {
    const id = async (given: string) =>
      (await api.call("/v1/health", { headers: { "X-Request-Id": given } })).headers.get("x-request-id");
    expect(await id("my-request.1")).toBe("my-request.1");
    expect(await id("bad id <script>")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("the server", () => {
  it("survives what is no HTTP, and answers the next one", async () => {
    const { port } = new URL(api.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.write("GET / HTTP/9.9\r\n\0\0\r\n\r\n"));
      socket
        .on("data", () => undefined)
        .on("close", () => resolve())
        .on("error", () => resolve());
    });
    expect((await api.call("/v1/health", { token: null })).status).toBe(200);
  });

  it("sends helmet's headers and no word about what it is made of", async () => {
    const { headers } = await api.call("/v1/health");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("counts requests under bounded labels", async () => {
    await api.call(`/v1/projects/${"q".repeat(20)}`);
    await api.call("/v1/some/path/from/outside");
    const figures = await api.metrics.registry.metrics();
    expect(figures).toContain('operation="getProject",method="GET",status="404"');
    expect(figures).toContain('operation="unrouted"');
    expect(figures).not.toMatch(/outside|qqqq/);
  });
});
