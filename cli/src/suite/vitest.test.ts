import { describe, expect, it } from "vitest";
import { chooseTests } from "./vitest.ts";

const ALL = {
  unit: ["cli/src/suite/vitest.test.ts", "cli/src/status/assemble.test.ts"],
  service: ["cli/src/docker/startDockerd.service.test.ts"],
  acceptance: ["tests/acceptance/lifecycle.test.ts", "tests/recovery/kills.test.ts"],
  machine: ["tests/machine/dockerEngine.test.ts"],
};

describe("chooseTests", () => {
  it("takes the files whose path holds a word, in every project", () => {
    expect(chooseTests(ALL, ["cli/src/s", "Kills"])).toEqual({
      unit: ["cli/src/suite/vitest.test.ts", "cli/src/status/assemble.test.ts"],
      service: [],
      acceptance: ["tests/recovery/kills.test.ts"],
      machine: [],
    });
    expect(chooseTests(ALL, ["./tests/acceptance"]).acceptance).toEqual(["tests/acceptance/lifecycle.test.ts"]);
  });

  it("refuses a word that names nothing, also beside one that does", () => {
    expect(() => chooseTests(ALL, ["typo"])).toThrow("no test file has typo in its path");
    expect(() => chooseTests(ALL, ["kills", "typo"])).toThrow("typo");
  });
});
