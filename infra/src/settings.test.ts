import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";
import { readSettings } from "./settings.ts";

const IMAGES = { "supalove:images": JSON.stringify({ postgres: "supalove/postgres:1", keycloak: "k" }) };
const MAIL = { host: "mail.example", port: 587, from: "noreply@mail.example" };

function read(config: Record<string, string>) {
  pulumi.runtime.setAllConfig({ ...IMAGES, ...config });
  return readSettings();
}

beforeEach(() => {
  void pulumi.runtime.setMocks(
    { newResource: ({ inputs }) => ({ id: "id", state: inputs }), call: ({ inputs }) => inputs },
    "supalove",
    "abc",
  );
});

describe("readSettings", () => {
  it("has a default for everything but the images", () => {
    expect(read({})).toEqual({
      instance: "abc",
      bindAddress: "127.0.0.1",
      publicHost: "localhost",
      insecureBind: false,
      images: { postgres: "supalove/postgres:1", keycloak: "k" },
      signUp: true,
      verifyEmail: false,
      mailPassword: false,
    });
  });

  it("takes sign-up and mail", () => {
    const mail = JSON.stringify({ ...MAIL, username: "u" });
    const given = { "supalove:mail": mail, "supalove:mailPassword": "secret", "supalove:verifyEmail": "true" };
    expect(read({ ...given, "supalove:signUp": "false", "other:key": "is not ours" })).toMatchObject({
      signUp: false,
      verifyEmail: true,
      mail: { ...MAIL, username: "u" },
      mailPassword: true,
    });
  });

  it.each([
    [{ "supalove:portbase": "20000" }, /portbase is no setting.*did you mean supalove:portBase/],
    [{ "supalove:portBase": "many" }, /supalove:portBase: /],
    [{ "supalove:bindAddress": "0.0.0.0" }, /supalove:bindAddress: .*insecureBind/],
    [{ "supalove:images": "{" }, /supalove:images: not the JSON object/],
    [{ "supalove:signUp": "maybe" }, /supalove:signUp: /],
    [{ "supalove:verifyEmail": "true" }, /supalove:verifyEmail: needs a mail server/],
    [{ "supalove:mail": JSON.stringify({ ...MAIL, port: "x" }) }, /supalove:mail: not \{"host"/],
    [{ "supalove:mail": JSON.stringify({ ...MAIL, username: "u" }) }, /supalove:mailPassword: .*set both or none/],
    [{ "supalove:mail": JSON.stringify(MAIL), "supalove:mailPassword": "p" }, /supalove:mailPassword: /],
  ])("refuses %j, naming the key", (config, message) => {
    expect(() => read(config as Record<string, string>)).toThrow(message);
  });
});
