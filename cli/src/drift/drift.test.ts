import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DetailedChange, PlannedChange } from "@supalove/contracts/api/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { instancePaths } from "../instance/paths.ts";
import { acceptLook } from "./acceptLook.ts";
import { isAcceptable } from "./isAcceptable.ts";
import { afterFailure, afterLook, driftView, forgetLook, readLook, writeLook } from "./lastLook.ts";

const CONTAINER = "docker:index/container:Container";
const REALM = "keycloak:index/realm:Realm";
const NOW = new Date("2026-01-02T03:04:05.000Z");

const differs = (path: string, before: DetailedChange["before"], after: DetailedChange["after"]): DetailedChange => ({
  path,
  before,
  after,
  kind: "update",
});
const change = (fields: Partial<PlannedChange> = {}): PlannedChange => ({
  urn: "urn:x",
  type: CONTAINER,
  name: "exporter",
  op: "update",
  destructive: false,
  summary: "the container exporter is changed: memory 128 -> 64\nmore",
  detailed: [differs("memory", 128, 64)],
  ...fields,
});

describe("isAcceptable", () => {
  it.each([
    ["a container's limit", change()],
    ["a setting of sign-in", change({ type: REALM, detailed: [differs("registrationAllowed", true, false)] })],
  ])("lets %s pass", (_what, found) => expect(isAcceptable(found)).toBe(true));

  it.each([
    ["a container that is gone", change({ op: "create" })],
    ["a volume that is gone", change({ op: "create", type: "docker:index/volume:Volume" })],
    ["one made anew", change({ op: "replace" })],
    ["what is lost with data", change({ destructive: true })],
    ["a network", change({ detailed: [differs("networks", "a, b", "a")] })],
    ["a network beside a limit", change({ detailed: [differs("memory", 1, 2), differs("networks", "a, b", "a")] })],
    ["a secret", change({ type: REALM, detailed: [differs("smtpServer.password", "[secret]", "[secret]")] })],
    ["a login", change({ type: "postgresql:index/role:Role", detailed: [differs("superuser", true, false)] })],
    ["what nobody can tell", change({ detailed: [] })],
  ])("does not let %s pass", (_what, found) => expect(isAcceptable(found)).toBe(false));
});

describe("what is kept of looks", () => {
  const look = afterLook(undefined, [change()], NOW);
  const digest = driftView(look).digest ?? "";

  it("is what was found, when, and the digest of it", () => {
    expect(driftView(look)).toMatchObject({
      checked_at: "2026-01-02T03:04:05.000Z",
      digest: expect.stringMatching(/^sha256:/),
      drifted: true,
      changes: [{ name: "exporter", accepted: false }],
      error: null,
    });
    expect(driftView()).toMatchObject({ checked_at: null, digest: null, drifted: false, changes: [] });
  });

  it("keeps the digest where another look finds the same, accepted or not", () => {
    expect(driftView(acceptLook(look, digest)).digest).toBe(digest);
    expect(driftView(afterLook(look, [change()], new Date())).digest).toBe(digest);
  });

  it("leaves out what was accepted as long as its content is the same", () => {
    const accepted = acceptLook(look, digest);
    expect(driftView(accepted)).toMatchObject({ drifted: false, changes: [{ accepted: true }] });
    const other = change({ urn: "urn:y", name: "other" });
    const beside = driftView(afterLook(accepted, [change(), other], NOW));
    expect(beside).toMatchObject({ drifted: true, changes: [{ accepted: true }, { name: "other", accepted: false }] });
    const moved = change({ detailed: [differs("memory", 256, 64)] });
    expect(driftView(afterLook(accepted, [moved], NOW))).toMatchObject({ drifted: true });
    // Forgotten with the first look that doesn't find it.
    const gone = afterLook(accepted, [], NOW);
    expect(driftView(afterLook(gone, [change()], NOW))).toMatchObject({ drifted: true });
  });

  it("keeps what was found before a look that failed, and forgets the failure with the next", () => {
    const failed = afterFailure(acceptLook(look, digest), "no engine");
    expect(driftView(failed)).toMatchObject({
      checked_at: look.checked_at,
      drifted: false,
      error: { message: "no engine" },
    });
    expect(driftView(afterFailure(undefined, "no engine"))).toMatchObject({ checked_at: null, digest: null });
    expect(afterLook(failed, [change()], NOW)).toMatchObject({ error: null, accepted: [expect.any(String)] });
  });

  it("is not accepted unseen, nor where nobody looked, nor where something is gone", () => {
    expect(() => acceptLook(look, `sha256:${"0".repeat(64)}`)).toThrow(/drift_changed/);
    for (const none of [undefined, afterFailure(undefined, "no engine")]) {
      expect(() => acceptLook(none, digest)).toThrow(/drift_unknown/);
    }
    const missing = afterLook(undefined, [change(), change({ urn: "urn:y", op: "create", summary: "a\nb" })], NOW);
    expect(() => acceptLook(missing, driftView(missing).digest ?? "")).toThrow(/as it is: a \(drift_not_acceptable\)/);
  });
});

describe("the file of the last look", () => {
  let dir = "";
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "supalove-look-"));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const paths = () => ({ ...instancePaths(dir, dir, "i"), lastLook: join(dir, "drift.json") });

  it("is its owner's alone, holds what was written, and goes when all of it was put right", async () => {
    expect(await readLook(paths())).toBeUndefined();
    const look = afterLook(undefined, [change()], NOW);
    await writeLook(paths(), look);
    expect((await stat(paths().lastLook)).mode & 0o777).toBe(0o600);
    expect(await readLook(paths())).toEqual(look);
    await forgetLook(paths());
    expect(await readLook(paths())).toBeUndefined();
    await forgetLook(paths());
  });

  it.each(["", "{", '{"checked_at":"today"}', "[]"])("counts as none where it holds %j", async (text) => {
    await writeFile(paths().lastLook, text);
    expect(await readLook(paths())).toBeUndefined();
  });
});
