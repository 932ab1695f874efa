import { describe, expect, it } from "vitest";
import { imagesOf, versionsText } from "./upgrade.ts";

describe("the services and versions of an upgrade", () => {
  it("are taken one by one", () => {
    expect(imagesOf(["db=15.8.1.085", "rest=v12.2.3"])).toEqual({ db: "15.8.1.085", rest: "v12.2.3" });
  });

  it.each([["rest"], ["rest="], ["rest=1=2"], ["auth=1"], ["=1"], [""], ["rest=1", "rest=2"]])(
    "refuse %j in words",
    (...pairs) => {
      expect(() => imagesOf(pairs)).toThrow(/./);
    },
  );

  it("are shown in one line", () => {
    const stack = { versions: { db: "15.20-3f2a9c", rest: null } };
    expect(versionsText({ stack } as never)).toBe("db 15.20-3f2a9c, rest unnamed");
    expect(versionsText({ stack: null })).toBe("");
  });
});
