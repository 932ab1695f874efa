import { defineConfig } from "vitest/config";

/** `unit` needs nothing but Node; `service` starts its own Postgres; the others need a running
 * test instance, `machine` one whose Docker engine may be killed. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "{contracts,components,infra,stacks,automation-api,data-plane,cli,images,engine,bench}/src/**/*.test.ts",
            "dashboard/{features,lib,server,ui}/**/*.test.ts",
          ],
          exclude: ["**/*.service.test.ts", "**/node_modules/**"],
          // Property tests beside other work.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "service",
          include: [
            "{components,infra,stacks,automation-api,data-plane,cli}/src/**/*.service.test.ts",
            "images/*/*.service.test.ts",
          ],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "acceptance",
          include: ["tests/{acceptance,attack,browser,recovery,servers}/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "machine",
          include: ["tests/machine/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
