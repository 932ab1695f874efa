import { withSession } from "@supalove/components/provider/postgres.ts";
import { tenantSchemaHandler } from "@supalove/components/provider/tenantSchema/handler.ts";
import {
  createTenant,
  startTestCluster,
  type TestCluster,
  type TestTenant,
} from "@supalove/components/testing/testCluster.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeLogins, openLogins } from "./tenantLogins.ts";

let cluster: TestCluster;
let paused: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  cluster = await startTestCluster();
  paused = await createTenant(cluster.access);
  other = await createTenant(cluster.access);
});
afterAll(() => cluster?.stop());

const LOGINS = ["owner", "authenticator", "authAdmin", "storageAdmin"] as const;

describe("the logins of a paused project", () => {
  it("are ended and refused with the reason, those of others are not; it is no drift", async () => {
    const inside = await Promise.all(LOGINS.map((login) => paused.as(login)));
    const neighbour = await other.as("owner");
    // Twice, as a pause that was cut off would.
    await closeLogins(cluster.access, paused.ref);
    await closeLogins(cluster.access, paused.ref);
    for (const session of inside) await expect(session.query("select 1")).rejects.toThrow();
    for (const login of LOGINS) {
      await expect(paused.as(login)).rejects.toMatchObject({
        code: "57P03",
        message: "the project is paused",
        hint: expect.stringContaining("/restore"),
      });
    }
    expect((await neighbour.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    expect((await tenantSchemaHandler.read(paused.ref, paused.schema))?.outputs["drift"]).toEqual([]);
    await neighbour.end();
  });

  it("keep knocking in vain while it is paused: nobody slips in", async () => {
    await openLogins(cluster.access, paused.ref);
    let knocking = true;
    const got: { query(sql: string): Promise<unknown> }[] = [];
    const knocker = (async () => {
      while (knocking)
        await paused.as("owner").then(
          (session) => got.push(session),
          () => undefined,
        );
    })();
    await closeLogins(cluster.access, paused.ref);
    knocking = false;
    await knocker;
    for (const session of got) await expect(session.query("select 1")).rejects.toThrow();
    expect(
      await withSession(
        cluster.access,
        "postgres",
        async (session) =>
          (
            await session.query("select from pg_stat_activity where datname = $1 and backend_type = 'client backend'", [
              paused.names.database,
            ])
          ).rowCount,
      ),
    ).toBe(0);
  });

  it("come in again after a restore, and opening open ones does nothing", async () => {
    await openLogins(cluster.access, paused.ref);
    await openLogins(cluster.access, paused.ref);
    for (const login of LOGINS) await (await paused.as(login)).end();
  });
});
