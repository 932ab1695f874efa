import { afterAll, beforeAll } from "vitest";
import { type ControlCluster, startControlCluster, type TestDatabase } from "./controlDatabase.ts";
import { startTestApi, type TestApi, type TestApiOptions } from "./testApi.ts";

/*
 * Postgres, a control database in it and the API on that, one for all tests of a file. Each test file has this module to
 * itself; the bindings are filled before its first hook runs.
 */

export let cluster: ControlCluster;
export let target: TestDatabase;
export let api: TestApi;

/** Starts them before the file's tests and ends them afterwards. To be called first. */
export function apiOfFile(options: TestApiOptions = {}): void {
  beforeAll(async () => {
    cluster = await startControlCluster();
    target = await cluster.clone();
    api = await startTestApi(target, options);
  });
  afterAll(async () => {
    await api?.close();
    await target?.close();
    await cluster?.stop();
  });
}
