import { afterAll, beforeAll } from "vitest";
import { createTenant, startTestCluster, type TestCluster, type TestTenant } from "./testCluster.ts";

/* A cluster with two tenants, one to attack the other, for all tests of a file. Each test file has this module to itself. */

export let cluster: TestCluster;
export let attacker: TestTenant;
export let victim: TestTenant;

/** Starts them before the file's tests and ends them afterwards. To be called first. */
export function clusterUnderAttack(): void {
  beforeAll(async () => {
    cluster = await startTestCluster();
    attacker = await createTenant(cluster.access);
    victim = await createTenant(cluster.access);
  });
  afterAll(() => cluster?.stop());
}
