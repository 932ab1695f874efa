import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redactor } from "@supalove/components/preview/index.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backendVariables, engineSecrets } from "./engineSecrets.ts";

describe("engineSecrets", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "engine-secrets-"));
    await writeFile(join(folder, "passphrase"), "correct-horse-battery\n");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const secretsOf = (backendUrl: string, file = "passphrase") =>
    engineSecrets({
      backendUrl,
      passphraseFile: join(folder, file),
      pulumiHome: "",
      pulumiRoot: undefined,
      workRoot: "",
    });

  it("are the backend's URL, its password as written and as meant, and the passphrase", async () => {
    const url = "postgres://supalove_pulumi:a%20b%2Fc%40d@control-db:5432/pulumi";
    expect(await secretsOf(url)).toEqual([url, "a%20b%2Fc%40d", "a b/c@d", "correct-horse-battery"]);
  });

  it("are still known where a part is missing or odd", async () => {
    expect(await secretsOf("postgres://u:100%@h/d", "none")).toContain("100%");
    expect(await secretsOf("no url", "none")).toEqual(["no url", "", "", ""]);
    expect(await secretsOf("file:///var/state")).toEqual(["file:///var/state", "", "", "correct-horse-battery"]);
  });

  it("hide any password, as written and as meant", async () => {
    const password = fc.string({ minLength: 6, maxLength: 40, unit: "binary" }).filter((text) => text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(password, async (meant) => {
        const written = encodeURIComponent(meant);
        const redactor = new Redactor();
        redactor.addAll(await secretsOf(`postgres://u:${written}@h:5432/d`, "none"));
        for (const text of [written, meant]) expect(redactor.redact(`login with ${text} failed`)).not.toContain(text);
      }),
    );
  });
});

describe("backendVariables", () => {
  it("keep the password out of the URL", () => {
    const backendUrl = "postgres://supalove_pulumi:a%20b%40c@control-db:5432/pulumi?sslmode=disable";
    expect(backendVariables({ backendUrl })).toEqual({
      PULUMI_BACKEND_URL: "postgres://supalove_pulumi@control-db:5432/pulumi?sslmode=disable",
      PGPASSWORD: "a b@c",
    });
  });

  it.each(["file:///var/state", "postgres://login@control-db:5432/pulumi?sslmode=disable", "no url"])(
    "leave %s as it is",
    (backendUrl) => {
      expect(backendVariables({ backendUrl })).toEqual({ PULUMI_BACKEND_URL: backendUrl });
    },
  );
});
