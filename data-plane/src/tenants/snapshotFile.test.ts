import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { silentLogger } from "../observability/logger.ts";
import { makeTenant, tenantRow } from "../testing/testTenants.ts";
import { SnapshotFile } from "./snapshotFile.ts";

const folder = await mkdtemp(join(tmpdir(), "supalove-snapshot-"));
afterAll(() => rm(folder, { recursive: true }));

describe("SnapshotFile", () => {
  it("gives back what was written, readable by the owner only and with no open secret in it", async () => {
    const path = join(folder, "a.json");
    const tenant = await makeTenant({ host: "h", port: 1 });
    const row = await tenantRow(tenant);
    await new SnapshotFile(path, silentLogger()).write([row]);
    expect(await new SnapshotFile(path, silentLogger()).read()).toEqual([row]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, "utf8");
    for (const secret of [tenant.secrets.jwtSecret, tenant.secrets.anonKey, tenant.secrets.passwords?.owner ?? ""]) {
      expect(text).not.toContain(secret);
    }
  });

  it("counts a missing, a broken and a strange file as none", async () => {
    const path = join(folder, "b.json");
    const file = new SnapshotFile(path, silentLogger());
    expect(await file.read()).toEqual([]);
    for (const text of ["{", '{"format":2,"rows":[]}', '{"format":1,"rows":[{}]}']) {
      await writeFile(path, text);
      expect(await file.read()).toEqual([]);
    }
  });

  it("goes on when it can't be written", async () => {
    await new SnapshotFile(join(folder, "missing", "c.json"), silentLogger()).write([]);
  });
});
