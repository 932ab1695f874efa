import { describe, expect, it } from "vitest";
import type { Diagnostic } from "./normaliseEvent.ts";
import { resourceName, translateError } from "./translateError.ts";

const urn =
  "urn:pulumi:aaa::supalove-project::supalove:project:SharedTenantDatabase$postgresql:index/database:Database::db-database";
const error = (message: string, at = urn): Diagnostic => ({ severity: "error", message, urn: at });
const translate = (message: string) => translateError({ diagnostics: [error(message)], failedUrn: urn, thrown: "" });

describe("translateError", () => {
  it.each([
    ["dial tcp 10.0.0.5:5432: connect: connection refused", "cluster_unreachable"],
    ["connect ECONNREFUSED 127.0.0.1:5432", "cluster_unreachable"],
    ["pq: the database system is starting up", "cluster_unreachable"],
    ["pq: the database system is not yet accepting connections", "cluster_unreachable"],
    ["Connection terminated unexpectedly", "cluster_unreachable"],
    ["error reading role: unexpected EOF", "cluster_unreachable"],
    ['pq: password authentication failed for user "supabase_admin"', "cluster_login_refused"],
    [
      '1 error occurred:\n\t* Error creating database "db_x": pq: template database "t" does not exist',
      "template_missing",
    ],
    ['pq: source database "t" is being accessed by other users', "template_busy"],
    ['pq: could not extend file "base/1": No space left on device', "disk_full"],
    ['extension "pg_net" is not available', "extension_unavailable"],
    ['pq: database "db_x" already exists', "already_exists"],
    ["pq: sorry, too many clients already", "cluster_full"],
    ["no resource plugin 'pulumi-resource-postgresql' found in the workspace", "plugin_missing"],
    ["resource urn:… cannot be deleted because it is protected", "protected"],
    ['unable to replace resource "urn:x"\nas it is currently marked for protection.', "protected"],
    ["error: the stack is currently locked by 1 lock(s)", "stack_locked"],
    ["error: incorrect passphrase", "wrong_passphrase"],
    ["error: no stack named 'abcdefghijklmnopqrst' found", "stack_missing"],
    ["Cannot connect to the Docker daemon at unix:///var/run/docker.sock", "docker_unreachable"],
    ["Unable to start container: Error response from daemon: network 6f06dabe not found", "network_missing"],
    ["unable to pull image x/y:1: error pulling image: Get: dial tcp: lookup a.example: no such host", "image_missing"],
    ["the project's database in test-abc-db does not come up; its log says why", "database_not_running"],
    ["the container test-abc-db of the project's database does not run", "database_not_running"],
    ["there is no container test-abc-db", "database_not_running"],
    ["the database in test-abc-db does not take the password of supabase_admin", "cluster_login_refused"],
    ["something nobody has seen before", "engine_failed"],
  ])("tells what %s means", (message, code) => {
    const translated = translate(message);
    expect(translated.code).toBe(code);
    expect(translated.next_step.length).toBeGreaterThan(10);
    expect(translated.resource).toBe("postgresql:index/database:Database db-database");
  });

  it("prefers the diagnostic of the resource that failed, and skips empty words", () => {
    const translated = translateError({
      diagnostics: [error("update failed", ""), error("something else", "urn:a::b::c::d"), error("pq: disk full")],
      failedUrn: urn,
      thrown: "",
    });
    expect(translated).toMatchObject({ code: "disk_full", message: expect.stringContaining("pq: disk full") });
  });

  it.each([
    'extension "pg_net" is not available',
    'psql: error: FATAL: password authentication failed for user "supabase_admin"',
    "FATAL: sorry, too many clients already",
  ])("speaks of a dedicated project's own database, and of the shared cluster for the others: %s", (message) => {
    const own =
      "urn:pulumi:aaa::supalove-project::supalove:project:DedicatedProject$supalove:cluster:ProjectDatabase::p-inside";
    const dedicated = translateError({ diagnostics: [error(message, own)], failedUrn: own, thrown: "" });
    const shared = translate(message);
    expect(dedicated.code).toBe(shared.code);
    const words = ({ message: text, next_step }: typeof shared) => `${text} ${next_step}`;
    expect(words(shared)).toMatch(/shared cluster/);
    expect(words(dedicated)).toMatch(/project's (database|Postgres)/);
    expect(words(dedicated)).not.toMatch(/cluster|supalove up|pause projects/);
  });

  it("says what of a gateway is wrong, without the program's stack trace", () => {
    const message = [
      "Running program 'file:///app/main.ts' failed with an unhandled exception:",
      "<ref *1> GatewayConfError: routes[0].path belongs to Supabase's own routes",
      "    at extraRoute (file:///app/components/src/project/gateway/extraRoutes.ts:25:11)",
    ].join("\n");
    const translated = translate(message);
    expect(translated).toMatchObject({
      code: "gateway_config_invalid",
      message: "The project's gateway can't be configured like this. (routes[0].path belongs to Supabase's own routes)",
      next_step: expect.stringContaining("extra routes"),
    });
  });

  it("uses what was thrown when the engine said nothing", () => {
    const translated = translateError({ diagnostics: [], failedUrn: undefined, thrown: "spawn pulumi ENOENT" });
    expect(translated).toMatchObject({
      code: "engine_failed",
      message: expect.stringContaining("spawn pulumi ENOENT"),
    });
    expect(translated.resource).toBeUndefined();
  });

  it("keeps long words short", () => {
    expect(translate("x".repeat(5000)).message.length).toBeLessThan(600);
  });
});

describe("resourceName", () => {
  it("takes type and name out of a URN, its parents aside", () => {
    expect(resourceName(urn)).toBe("postgresql:index/database:Database db-database");
    expect(resourceName("urn:pulumi:s::p::supalove:cluster:TenantSchema::db-schema")).toBe(
      "supalove:cluster:TenantSchema db-schema",
    );
  });
});
