import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { createProject, liveProject, sql } from "../harness/api.ts";
import { client } from "../harness/client.ts";
import {
  deletePatiently,
  EVERY_VICTIM,
  ended,
  healthy,
  MOMENTS,
  moment,
  patiently,
  RECOVERY_SECONDS,
  SEED,
  strike,
} from "../harness/killing.ts";
import { change, connectionString, ROTATED_SQL, restStatus } from "../harness/rotation.ts";
import { VICTIMS } from "../harness/victims.ts";

/* A rotation of keys and passwords that is cut off goes on to its end: nobody is locked out, the platform least of all. */

const SPAN_MS = { shared: 3_000, dedicated: 7_000 };
const { runner, "engine child": child, plugin } = VICTIMS;
const victims = { runner, ...(EVERY_VICTIM ? { "engine child": child, plugin } : {}) };
const cases = (["shared", "dedicated"] as const).flatMap((plan) =>
  Object.entries(victims).flatMap(([name, kill]) =>
    Array.from({ length: MOMENTS }, () => [plan, name, moment(SPAN_MS[plan]), kill as () => Promise<boolean>] as const),
  ),
);

describe(`kills under a rotation, seed ${SEED}`, { timeout: 3 * RECOVERY_SECONDS * 1000 }, () => {
  let made: string | undefined;
  afterEach(async () => {
    if (made !== undefined) await deletePatiently(made);
    made = undefined;
  });

  it.each(cases)("of a %s project: %s, %d ms into it", async (plan, _, after, kill) => {
    const before = await createProject("rotated", plan === "shared" ? {} : { plan, publish_database: true });
    const { ref } = before;
    made = ref;
    await sql(ref, ROTATED_SQL);
    const old = await connectionString(ref);
    const rotation = await patiently<{ operation_id: string }>(`/v1/projects/${ref}`, {
      method: "PATCH",
      body: { rotate_keys: { overlap_hours: 1 }, rotate_passwords: true },
    });
    await strike(kill, after, rotation.body.operation_id);
    expect(await ended(rotation.body.operation_id)).toMatchObject({ status: "succeeded", error: null });
    await healthy();
    const now = await liveProject(ref);
    expect(now.anonKey).not.toBe(before.anonKey);
    for (const keys of [before, now]) {
      expect(await client(keys).from("kept").select("id")).toMatchObject({ data: [{ id: 1 }] });
    }
    const session = new pg.Client({ connectionString: await connectionString(ref) });
    await session.connect();
    await session.end();
    await expect(new pg.Client({ connectionString: old }).connect()).rejects.toThrow(/password authentication failed/);
    // The platform's own way in works as well: what only it can change can be changed again.
    await change(ref, { rotate_passwords: true, end_key_overlap: true });
    expect(await sql(ref, "select id from public.kept")).toEqual([{ id: 1 }]);
    expect(await restStatus(before.url, { apikey: before.anonKey })).toBe(401);
  });
});
