import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectSecrets, plannedChanges, plannedStep, Redactor } from "@supalove/components/preview/index.ts";
import { serveProviders } from "@supalove/components/provider/index.ts";
import { goldenPreview } from "@supalove/components/testing/goldenPreview.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PLATFORM_PROJECT, platformProgram } from "./platformProgram.ts";

const folder = join(import.meta.dirname, "../golden");
const states = readdirSync(folder).filter((file) => file.endsWith(".json"));

/** Types whose loss is the loss of data, or of what was signed and sealed with them. */
const PRECIOUS = /:(Database|Volume|Network|RandomBytes|RandomPassword|Realm)$/;

/** References of images that nobody has to have: a preview starts none. */
const IMAGES = ["postgres", "keycloak", "prometheus", "postgres-exporter", "api", "runner", "gateway", "dashboard"];

interface Golden {
  readonly deployment: { readonly resources: readonly { readonly urn: string }[] };
}

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "supalove-golden-home-"));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

/** Keys of an instance as the command line makes them. */
function writeKeys(instance: string): void {
  const keys = join(home, ".supalove", instance);
  mkdirSync(keys, { recursive: true });
  const ring = JSON.stringify({ current: "k", keys: { k: Buffer.alloc(32, 1).toString("base64url") } });
  writeFileSync(join(keys, "passphrase"), "golden");
  writeFileSync(join(keys, "keyring-master.json"), ring);
  writeFileSync(join(keys, "keyring-data-plane.json"), ring);
}

/** What `up` would change on a state, its settings changed as well; told as `up --preview` tells it. */
async function changesOf(file: string, settings: Readonly<Record<string, string>> = {}) {
  const state = join(folder, file);
  const { deployment } = JSON.parse(readFileSync(state, "utf8")) as Golden;
  const instance = deployment.resources[0]?.urn.split(":")[2] ?? "";
  writeKeys(instance);
  const pulumiHome = process.env["PULUMI_HOME"] ?? join(process.env["HOME"] ?? "", ".pulumi");
  vi.stubEnv("PULUMI_HOME", pulumiHome);
  vi.stubEnv("HOME", home);
  const images = Object.fromEntries(IMAGES.map((name) => [name, `supalove/${name}:golden`]));
  const redactor = new Redactor();
  const served = await serveProviders();
  const events = await goldenPreview({
    state,
    project: PLATFORM_PROJECT,
    stack: instance,
    program: () => {
      collectSecrets(redactor);
      return platformProgram();
    },
    env: served.env,
    config: { "supalove:images": JSON.stringify(images), ...settings },
  }).finally(() => served.close());
  return plannedChanges(
    events.flatMap((event) => plannedStep(event) ?? []),
    redactor,
  );
}

describe("the platform's state as an earlier version left it", () => {
  it("is kept for this version, too", () => expect(states.length).toBeGreaterThan(0));

  it.each(states)("%s: this version replaces and deletes no database, volume, network or secret", async (file) => {
    const changes = await changesOf(file);
    const lost = changes.filter(({ op, type }) => (op === "replace" || op === "delete") && PRECIOUS.test(type));
    expect(lost.map(({ summary, urn }) => `${urn}: ${summary}`)).toEqual([]);
    expect(changes.filter(({ destructive }) => destructive)).toEqual([]);
    // New images restart containers, and that is all they do.
    expect(changes.some(({ op, type }) => op === "replace" && type === "docker:index/container:Container")).toBe(true);
  });

  it.each(states)("%s: a changed setting is told in plain words, and its password is not", async (file) => {
    const password = "mail-password-of-a-test";
    const changes = await changesOf(file, {
      "supalove:signUp": "false",
      "supalove:mail": JSON.stringify({ host: "mail.example", port: 587, from: "us@mail.example", username: "us" }),
      "supalove:mailPassword": password,
    });
    const realm = changes.find(({ type }) => type === "keycloak:index/realm:Realm");
    expect(realm).toMatchObject({ op: "update", destructive: false });
    expect(realm?.summary.split("\n")).toEqual([
      "people may no longer make accounts for themselves",
      "people can have their password reset by mail",
      "mail is sent by mail.example, port 587, as us@mail.example",
    ]);
    expect(JSON.stringify(changes)).not.toContain(password);
  });
});
