import { afterAll } from "vitest";
import { type ControlCluster, startControlCluster, type TestDatabase } from "./controlDatabase.ts";
import { startTestApi, type TestApi, type TestApiOptions } from "./testApi.ts";

export interface ApiOfFile {
  readonly cluster: ControlCluster;
  readonly target: TestDatabase;
  readonly api: TestApi;
}

/** Postgres, a control database in it and the API on that, one for all tests of a file and closed after them. */
export async function apiOfFile(options: TestApiOptions = {}): Promise<ApiOfFile> {
  const cluster = await startControlCluster();
  afterAll(() => cluster.stop());
  const target = await cluster.clone();
  afterAll(() => target.close());
  const api = await startTestApi(target, options);
  afterAll(() => api.close());
  return { cluster, target, api };
}
