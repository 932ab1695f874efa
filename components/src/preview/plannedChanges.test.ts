import type { EngineEvent, OpType } from "@pulumi/pulumi/automation/index.js";
import { NO_CHANGE } from "@supalove/contracts/api/previews.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plannedChanges, summarize } from "./plannedChanges.ts";
import { deletionSteps, type PlannedStep, plannedStep } from "./plannedStep.ts";
import { encodings, Redactor } from "./redactor.ts";
import { settingsStep } from "./settingsStep.ts";

const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

interface Parts {
  readonly type: string;
  readonly op: OpType;
  readonly name?: string;
  readonly old?: object;
  readonly outputs?: object;
  readonly wished?: object;
  readonly detailedDiff?: object;
  readonly diffs?: string[];
  readonly keys?: string[];
  readonly custom?: boolean;
}

/** An engine's event about one resource. */
function event({ type, op, name = "thing", old, outputs, wished, custom = true, ...diff }: Parts): EngineEvent {
  const urn = `urn:pulumi:s::p::supalove:project:X$${type}::${name}`;
  const state = (inputs: object, out: object) => ({ type, urn, custom, id: "", parent: "", inputs, outputs: out });
  const metadata = {
    op,
    urn,
    type,
    provider: "",
    ...(old || outputs ? { old: state(old ?? {}, outputs ?? {}) } : {}),
    ...(wished ? { new: state(wished, {}) } : {}),
    ...diff,
  };
  return { sequence: 1, timestamp: 1, resourcePreEvent: { metadata } } as unknown as EngineEvent;
}

const steps = (...events: Parts[]) =>
  events.map((parts) => plannedStep(event(parts))).filter((step): step is PlannedStep => step !== undefined);
const plan = (...events: Parts[]) => plannedChanges(steps(...events), new Redactor());

const ROLES = "supalove:cluster:TenantRoles";
const SCHEMA = "supalove:cluster:TenantSchema";
const DATABASE = "postgresql:index/database:Database";
const CONTAINER = "docker:index/container:Container";

describe("plannedChanges", () => {
  it("says which connection limits change, from what to what", () => {
    const limits = { owner: 10, authenticator: 12 };
    const [change] = plan({
      type: ROLES,
      op: "update",
      old: { limits, passwords: secret },
      outputs: { limits, passwords: secret, drift: [] },
      wished: { limits: { owner: 20, authenticator: 12 }, passwords: secret },
      detailedDiff: { limits: { diffKind: "update", inputDiff: false } },
    });
    expect(change).toMatchObject({
      op: "update",
      destructive: false,
      summary: "connection limit 10 -> 20 (owner)",
      detailed: [{ path: "limits.owner", before: 10, after: 20, kind: "update" }],
    });
  });

  it("says which extensions come, and that none goes by itself", () => {
    const inputs = (extensions: string[]) => ({ extensions, cluster: secret });
    const [change] = plan({
      type: SCHEMA,
      op: "update",
      old: inputs(["hstore", "ltree"]),
      outputs: inputs(["hstore", "ltree"]),
      wished: inputs(["cube", "ltree"]),
      detailedDiff: { extensions: { diffKind: "update", inputDiff: false } },
    });
    expect(change?.summary.split("\n")).toEqual([
      "the extension hstore is no longer asked for; it stays installed",
      "the extension cube will be installed",
    ]);
    expect(change?.detailed).toEqual([
      { path: "extensions[0]", before: "hstore", after: null, kind: "delete" },
      { path: "extensions[0]", before: null, after: "cube", kind: "add" },
    ]);
  });

  it("says what was changed by hand and is put right", () => {
    const [change] = plan({
      type: ROLES,
      op: "update",
      outputs: { drift: ["role a: login, 99 connections, should be login, 12 connections"] },
      wished: {},
      detailedDiff: { "drift[0]": { diffKind: "delete", inputDiff: false } },
    });
    expect(change?.summary).toBe("put right: role a: login, 99 connections, should be login, 12 connections");
    expect(change?.detailed).toMatchObject([{ path: "drift[0]", after: null, kind: "delete" }]);
  });

  it("tells a created resource by what it will be, and what is not known yet", () => {
    const [change] = plan({ type: DATABASE, op: "create", wished: { name: "db_x", id: unknown, __defaults: [] } });
    expect(change).toMatchObject({ op: "create", summary: "a database will be created (db_x)" });
    expect(change?.detailed).toEqual([
      { path: "id", before: null, after: "[known later]", kind: "add" },
      { path: "name", before: null, after: "db_x", kind: "add" },
    ]);
  });

  it.each([
    [DATABASE, "the database n is deleted: all its data is lost"],
    ["docker:index/volume:Volume", "the volume n is deleted: everything stored in it is lost"],
    ["docker:index/network:Network", "the network n is deleted: everything that is connected to it is cut off"],
    ["keycloak:index/realm:Realm", "the realm thing is deleted: all its accounts are lost"],
  ])("marks the loss of data with a deleted or replaced %s", (type, words) => {
    const [deleted] = plan({ type, op: "delete", old: { name: "n" } });
    expect(deleted).toMatchObject({ destructive: true, summary: words, detailed: [] });
    const [replaced] = plan({
      type,
      op: "replace",
      old: { name: "n", driver: "a" },
      wished: { name: "n", driver: "b" },
      detailedDiff: { driver: { diffKind: "update-replace", inputDiff: true } },
    });
    expect(replaced).toMatchObject({
      destructive: true,
      detailed: [{ path: "driver", before: "a", after: "b", kind: "update-replace" }],
    });
    expect(replaced?.summary).toMatch(/deleted and made anew \(driver\): .*(lost|cut off)/);
  });

  it("calls the replacement of a container a restart", () => {
    const parts = { type: CONTAINER, old: { name: "c", memory: 1 }, wished: { name: "c", memory: 2 } };
    const detailedDiff = { memory: { diffKind: "update-replace", inputDiff: true } };
    const found = plan(
      { ...parts, op: "delete-replaced", detailedDiff },
      { ...parts, op: "replace", detailedDiff },
      { ...parts, op: "create-replacement", detailedDiff },
    );
    expect(found).toMatchObject([
      {
        op: "replace",
        destructive: false,
        summary: "the container c is restarted with new settings (memory); what is in its volumes stays",
      },
    ]);
  });

  it("tells a resource nobody wrote words for by its own name", () => {
    const [change] = plan({
      type: "aws:s3/bucket:Bucket",
      op: "update",
      old: { acl: "private" },
      wished: { acl: "public" },
      diffs: ["acl"],
    });
    expect(change?.summary).toBe("the Bucket thing is changed: acl private -> public");
  });

  it("leaves out what stays, components, connections and the stack itself", () => {
    const found = plan(
      { type: DATABASE, op: "same", wished: {} },
      { type: "supalove:project:ProjectKeys", op: "create", wished: {}, custom: false },
      { type: "pulumi:providers:postgresql", op: "create", wished: { password: secret } },
      { type: "pulumi:pulumi:Stack", op: "create", wished: {}, custom: false },
      { type: DATABASE, op: "refresh", wished: {} },
    );
    expect(found).toEqual([]);
    expect(summarize(found)).toBe(NO_CHANGE);
  });

  it("is the same for the same plan, in whatever order the engine tells it", () => {
    const parts: Parts[] = [
      { type: SCHEMA, op: "create", name: "s", wished: { extensions: [] } },
      { type: DATABASE, op: "create", name: "d", wished: { name: "x" } },
      { type: ROLES, op: "create", name: "r", wished: { limits: { owner: 1 } } },
    ];
    expect(plan(...parts.toReversed())).toEqual(plan(...parts));
    expect(plan(...parts)[0]?.type).toBe(DATABASE);
  });

  it("still says that something changes where both sides are secret", () => {
    const [change] = plan({
      type: ROLES,
      op: "update",
      outputs: { passwords: secret },
      wished: { passwords: secret },
      detailedDiff: { passwords: { diffKind: "update", inputDiff: false } },
    });
    expect(change?.detailed).toEqual([{ path: "passwords", before: "[secret]", after: "[secret]", kind: "update" }]);
  });

  it("takes the settings of a project along", () => {
    const before = { name: "a", size: "micro", limits: { requestsPerSecond: 200 } };
    const after = { name: "b", size: "small", limits: { requestsPerSecond: 400 } };
    const step = settingsStep("ref", before, after) as PlannedStep;
    expect(plannedChanges([step], new Redactor())[0]?.summary.split("\n")).toEqual([
      "requests per second 200 -> 400",
      "name a -> b",
      "size micro -> small",
    ]);
    expect(settingsStep("ref", before, { ...before })).toBeUndefined();
  });
});

describe("secrets in a plan", () => {
  const OPS: readonly OpType[] = ["create", "update", "replace", "delete"];
  const TYPES = [
    ROLES,
    SCHEMA,
    DATABASE,
    CONTAINER,
    "random:index/randomPassword:RandomPassword",
    "aws:s3/bucket:Bucket",
  ];
  /** Anything at all around a part that stands in no plan by chance. */
  const rest = fc.string({ maxLength: 12, unit: "binary" }).filter((s) => s.isWellFormed());
  const text = fc.tuple(rest, fc.stringMatching(/^[A-Za-z0-9]{12}$/), rest).map((parts) => parts.join(""));
  /** Ways from a secret to a value that holds it. */
  const place = fc.constantFrom<(s: string) => unknown>(
    (s) => s,
    (s) => [s],
    (s) => ({ deep: [{ deeper: s }] }),
    (s) => ({ [s]: true }),
    (s) => `before ${s} after`,
    (s) => `postgres://user:${encodeURIComponent(s)}@host:5432/db`,
    (s) => JSON.stringify({ password: s }),
    (s) => Buffer.from(`x${s}y`).toString("base64"),
    (s) => Buffer.from(s).toString("hex"),
  );
  const position = fc.constantFrom("name", "limits", "extensions", "drift", "envs", "labels", "schemaVersion");

  it("never show, whatever resource, change, property and encoding they stand in", () => {
    fc.assert(
      fc.property(
        text,
        place,
        position,
        fc.constantFrom(...TYPES),
        fc.constantFrom(...OPS),
        fc.boolean(),
        (known, hold, key, type, op, was) => {
          const redactor = new Redactor();
          redactor.add(known);
          const held = { [key]: hold(known) };
          const found = plannedChanges(
            steps({
              type,
              op,
              old: was ? held : {},
              outputs: was ? held : {},
              wished: was ? {} : held,
              detailedDiff: { [key]: { diffKind: "update", inputDiff: was } },
            }),
            redactor,
          );
          expect(found).toHaveLength(1);
          const shown = JSON.stringify(found);
          for (const needle of encodings(known)) expect(shown).not.toContain(needle);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("never show inside a marked value, known or not", () => {
    const hidden = { a: { b: [secret] }, c: secret };
    for (const op of OPS) {
      const shown = JSON.stringify(plan({ type: DATABASE, op, old: hidden, wished: hidden, diffs: ["a", "c"] }));
      expect(shown).not.toContain("4dabf181");
      expect(shown).not.toContain("ciphertext");
    }
  });

  it("never show of a state that was exported in clear", () => {
    const plaintext = { ...secret, plaintext: '"the-secret-value"', ciphertext: undefined };
    const resources = [{ urn: "urn::s::t::db", type: DATABASE, custom: true, inputs: { name: plaintext } }];
    const shown = JSON.stringify(plannedChanges(deletionSteps(resources), new Redactor()));
    expect(shown).not.toContain("the-secret-value");
    expect(shown).toContain("[secret]");
  });

  it("never show as passwords in addresses, even of logins nobody told of", () => {
    const wished = { url: "postgresql://admin:hunter2hunter2@db:5432/x", dsn: "host=db password=hunter2hunter2 x=1" };
    const shown = JSON.stringify(plan({ type: "a:b:C", op: "create", wished }));
    expect(shown).not.toContain("hunter2");
    expect(shown).toContain("postgresql://admin:[secret]@db:5432/x");
    expect(shown).toContain("password=[secret] x=1");
  });
});
