import { describe, expect, it } from "vitest";
import { findRelayRoute } from "./relayRoutes.ts";

const REF = "abcdefghijklmnopqrst";
const OP = `op_${"0".repeat(24)}`;

describe("findRelayRoute", () => {
  it.each([
    ["GET", "projects"],
    ["GET", `projects/${REF}`],
    ["POST", `projects/${REF}/database/query`],
    ["GET", `operations/${OP}/events`],
    ["POST", "previews"],
    ["POST", `previews/prv_${"0".repeat(24)}/approve`],
    ["PATCH", "organizations/default"],
    ["DELETE", "organizations/default/members/00000000-0000-4000-8000-000000000001"],
    ["GET", `projects/${REF}/stack`],
  ])("knows %s %s", (method, path) => {
    expect(findRelayRoute(method, path.split("/"))).toBeDefined();
  });

  it.each([
    // The console asks for previews and applies them; it never does anything to a project past the diff.
    ["POST", "projects"],
    ["DELETE", `projects/${REF}`],
    ["PATCH", `projects/${REF}`],
    ["GET", `projects/${REF}/postgrest`],
    ["GET", "projects/.."],
    ["GET", "projects/%2e%2e"],
    ["GET", `projects/${REF}/api-keys/..`],
    ["POST", `projects/${REF}/pause`],
    ["POST", `projects/${REF}/restore`],
    ["POST", `projects/${REF}/services/rest/restart`],
    ["DELETE", "organizations/default"],
    ["DELETE", "organizations/default/members/.."],
    ["GET", "organizations/../members"],
    ["GET", "metrics"],
    ["GET", "__proto__"],
    ["PUT", "projects"],
    ["GET", ""],
  ])("has no %s %s", (method, path) => {
    expect(findRelayRoute(method, path.split("/"))).toBeUndefined();
  });
});
