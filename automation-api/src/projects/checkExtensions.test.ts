import { adviceText, FORBIDDEN_EXTENSIONS } from "@supalove/contracts/api/index.ts";
import { describe, expect, it } from "vitest";
import { checkExtensions } from "./checkExtensions.ts";

const image = ["vector", "hstore", "dblink", "file_fdw", "plpgsql"];

describe("checkExtensions", () => {
  it("takes what was looked at and the image holds", () => {
    expect(() => checkExtensions(["vector", "hstore"], image)).not.toThrow();
    expect(() => checkExtensions([], [])).not.toThrow();
  });

  it("gives the advice of the one table, before it looks at the image", () => {
    for (const [name, advice] of Object.entries(FORBIDDEN_EXTENSIONS)) {
      expect(() => checkExtensions([name], [name])).toThrow(
        expect.objectContaining({ code: "extension_unavailable", nextStep: adviceText(advice) }),
      );
    }
  });

  it.each(["dblink", "file_fdw", "pg_net", "postgis", "plpython3u", "no_such_thing"])(
    "refuses %s and says what to do",
    (name) => {
      expect(() => checkExtensions([name], image)).toThrow(
        expect.objectContaining({ code: "extension_unavailable", nextStep: expect.stringMatching(/.{10}/) }),
      );
    },
  );
});
