import { defineConfig } from "vitest/config";

/**
 * Acceptance tests that bear others beside them: each looks at projects of its own, and stops, changes or measures nothing of the
 * platform. Every other file has the instance to itself.
 */
const SIDE_BY_SIDE = [
  "tests/acceptance/{approvals,bothPlans,databaseLogin,dedicated,extensions,firstProject,identity,importedKeys,lifecycle,rotation}.test.ts",
  "tests/attack/{dedicatedContainers,gateway}.test.ts",
  "tests/browser/{approval,dedicated,pages,rotation}.test.ts",
];

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
          // Each has a Postgres of its own; they wait more than they work.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "acceptance",
          include: SIDE_BY_SIDE,
          testTimeout: 120_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "acceptance-alone",
          include: ["tests/{acceptance,attack,browser,recovery,servers}/**/*.test.ts"],
          exclude: [...SIDE_BY_SIDE, "**/node_modules/**"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "machine",
          include: ["tests/machine/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
