import { describe, expect, it } from "vitest";
import { parseStackConfig, portBaseIn, withStackConfig } from "./stackConfig.ts";

const TEXT = `encryptionsalt: v1:abc
# chosen by hand
config:
  supalove:portBase: "20000"
  supalove:mailPassword:
    secure: v1:xyz
  other:key: kept
`;

const DEFAULTS = { bindAddress: "127.0.0.1", publicHost: "localhost", postgis: false };

describe("parseStackConfig", () => {
  it("reads our settings and fills in the defaults", () => {
    expect(parseStackConfig(TEXT, "p")).toEqual({ portBase: 20000, ...DEFAULTS });
  });

  it.each(["", "config: {}\n", "encryptionsalt: x\n"])("takes %j as all defaults", (text) => {
    expect(parseStackConfig(text, "p")).toEqual(DEFAULTS);
  });

  it.each([
    ["supalove:portBase: many", /portBase/],
    ["supalove:portBase: 80", /portBase/],
    ["supalove:imageSet: mine", /imageSet/],
    ["supalove:postgis: perhaps", /postgis.*not true or false/],
    ["supalove:bindAddress: here", /bindAddress.*IP address/],
    ["supalove:portbase: 20000", /portbase is no setting.*did you mean supalove:portBase/],
    ["supalove:imageOverrides: keycloak", /imageOverrides.*JSON object/],
    [`supalove:imageOverrides: '{"postgres":"supabase/postgres:1"}'`, /imageOverrides.*guard/],
    [`supalove:imageOverrides: '{"keycloack":"x"}'`, /no image keycloack/],
  ])("names the setting that is wrong: %s", (line, name) => {
    expect(() => parseStackConfig(`config:\n  ${line}\n`, "/x/Pulumi.a.yaml")).toThrow(name);
  });

  it.each(["true", '"true"'])("takes a switch as %s", (value) => {
    expect(parseStackConfig(`config:\n  supalove:postgis: ${value}\n`, "p").postgis).toBe(true);
  });

  it("takes overrides of single images as JSON text or as YAML", () => {
    const overrides = { keycloak: "example/keycloak:1", grafana: "example/grafana:2" };
    const text = `config:\n  supalove:imageOverrides: '${JSON.stringify(overrides)}'\n`;
    expect(parseStackConfig(text, "p").imageOverrides).toEqual(overrides);
    const yaml = "config:\n  supalove:imageOverrides:\n    grafana: example/grafana:2\n";
    expect(parseStackConfig(yaml, "p").imageOverrides).toEqual({ grafana: "example/grafana:2" });
  });

  it.each(["config:\n  supalove:portBase: 20000\n bad\n", 'config: {"a: 1\n', "a: 1\na: 2\n"])(
    "refuses broken YAML whole, naming the line: %j",
    (text) => {
      expect(() => parseStackConfig(text, "/x/P.yaml")).toThrow(/^\/x\/P\.yaml is not valid YAML in line \d+: /);
      expect(() => withStackConfig(text, { portBase: 1 }, "/x/P.yaml")).toThrow("is not valid YAML");
    },
  );

  it("refuses something else than a configuration", () => {
    expect(() => parseStackConfig("- a\n- b\n", "p")).toThrow("not a stack configuration");
  });
});

describe("portBaseIn", () => {
  it("finds the block of an instance whose file is broken otherwise", () => {
    expect(portBaseIn(TEXT)).toBe(20000);
    expect(portBaseIn('{\n  "supalove:portBase": "20200"')).toBe(20200);
    expect(portBaseIn("config: {}")).toBeUndefined();
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

  it("puts each setting on a line of its own, also where it began as `{}`", () => {
    const text = withStackConfig("config: {}\n", { portBase: 20200, imageSet: "local" });
    expect(text).toBe('config:\n  supalove:portBase: "20200"\n  supalove:imageSet: local\n');
  });

  it("starts from an empty text", () => {
    expect(parseStackConfig(withStackConfig("", { portBase: 20400 }), "p").portBase).toBe(20400);
  });
});
