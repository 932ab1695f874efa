import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { serviceSchemaScripts } from "../supabase-postgres/serviceSchemas.ts";

const folder = fileURLToPath(new URL("../supabase-postgres/init-scripts", import.meta.url));
const written = await readdir(folder);
const scripts = serviceSchemaScripts();

describe("the first start of a dedicated project's database", () => {
  it("makes the roles first, then the services' tables, and sets passwords last", () => {
    expect([...written, ...Object.keys(scripts)].sort()).toEqual([
      "00000000000000-initial-schema.sql",
      "00000000000001-auth-schema.sql",
      "00000000000002-storage-schema.sql",
      "00000000000003-realtime-schema.sql",
      "00000000000008-schema-watch.sql",
      "00000000000009-post-setup.sql",
    ]);
  });

  it.each(["auth", "storage", "realtime"])(
    "makes the tables of %s as their upstream owner, in one transaction",
    (part) => {
      const [, text = ""] = Object.entries(scripts).find(([file]) => file.includes(`-${part}-`)) ?? [];
      expect(text).toMatch(new RegExp(`^begin;\nset local role supabase_${part}_admin;\n`));
      expect(text).toMatch(/commit;\n$/);
      expect(text).toContain(`create table ${part}.`);
      // The schema is the superuser's.
      expect(text).not.toMatch(/grant usage on schema/);
      expect(text).not.toContain("supalove_template");
    },
  );

  it("puts no secret into a setting, and gives no role a password of its own", async () => {
    const texts = await Promise.all(written.map((file) => readFile(`${folder}/${file}`, "utf8")));
    expect(texts.join("\n")).not.toMatch(/jwt_secret|password '/i);
  });
});
