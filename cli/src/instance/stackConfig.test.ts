import { describe, expect, it } from "vitest";
import { parseStackConfig, withStackConfig } from "./stackConfig.ts";

const TEXT = `encryptionsalt: v1:abc
# chosen by hand
config:
  supalove:portBase: "20000"
  supalove:secretThing:
    secure: v1:xyz
`;

describe("parseStackConfig", () => {
  it("reads our settings and fills in the defaults", () => {
    expect(parseStackConfig(TEXT, "p")).toEqual({
      portBase: 20000,
      bindAddress: "127.0.0.1",
      imageSet: "local",
      postgis: false,
    });
  });

  it.each(["", "config: {}\n", "encryptionsalt: x\n"])("takes %j as all defaults", (text) => {
    expect(parseStackConfig(text, "p")).toEqual({ bindAddress: "127.0.0.1", imageSet: "local", postgis: false });
  });

  it.each([
    ["supalove:portBase: many", /portBase/],
    ["supalove:portBase: 80", /portBase/],
    ["supalove:imageSet: mine", /imageSet/],
    ["supalove:postgis: perhaps", /postgis.*not true or false/],
  ])("names the setting that is wrong: %s", (line, name) => {
    expect(() => parseStackConfig(`config:\n  ${line}\n`, "/x/Pulumi.a.yaml")).toThrow(name);
  });

  it.each(["true", '"true"'])("takes a switch as %s", (value) => {
    expect(parseStackConfig(`config:\n  supalove:postgis: ${value}\n`, "p").postgis).toBe(true);
  });

  it("refuses something else than a configuration", () => {
    expect(() => parseStackConfig("- a\n- b\n", "p")).toThrow("not a stack configuration");
  });
});

describe("withStackConfig", () => {
  it("sets keys and keeps everything else, comments and secrets included", () => {
    const text = withStackConfig(TEXT, { portBase: 20200, images: '{"api":"supalove/api:1"}' });
    expect(text).toContain("# chosen by hand");
    expect(text).toContain("secure: v1:xyz");
    expect(parseStackConfig(text, "p").portBase).toBe(20200);
    expect(text).toContain('supalove:images: \'{"api":"supalove/api:1"}\'');
  });

  it("changes nothing the second time", () => {
    const once = withStackConfig("config: {}\n", { portBase: 20200, images: "{}" });
    expect(withStackConfig(once, { portBase: 20200, images: "{}" })).toBe(once);
  });

  it("starts from an empty text", () => {
    expect(parseStackConfig(withStackConfig("", { portBase: 20400 }), "p").portBase).toBe(20400);
  });
});
