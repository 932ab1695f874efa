import { describe, expect, it } from "vitest";
import { SETTINGS, unknownSetting } from "./settings.ts";

describe("unknownSetting", () => {
  it.each(SETTINGS)("knows %s", (key) => expect(unknownSetting(key)).toBeUndefined());

  it.each([
    ["portbase", "portBase"],
    ["portBse", "portBase"],
    ["bindAdress", "bindAddress"],
    ["signup", "signUp"],
  ])("takes %s for a mistyped %s", (key, meant) => {
    expect(unknownSetting(key)).toBe(`supalove:${key} is no setting of this version; did you mean supalove:${meant}?`);
  });

  it("lists all for a word that is near none", () => {
    expect(unknownSetting("colourOfTheSky")).toContain("there are portBase, bindAddress");
  });
});
