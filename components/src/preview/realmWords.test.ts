import type { DetailedChange } from "@supalove/contracts/api/previews.ts";
import { expect, it } from "vitest";
import { changeSentences } from "./changeWords.ts";
import type { Json } from "./redactor.ts";

const words = (...changes: readonly (readonly [string, Json, Json])[]) =>
  changeSentences({
    type: "keycloak:index/realm:Realm",
    name: "identity-realm",
    op: "update",
    act: "change",
    inputs: { realm: "supalove" },
    detailed: changes.map(([path, before, after]): DetailedChange => ({ path, before, after, kind: "update" })),
  });

it("says who may sign up from now on, and what with", () => {
  expect(words(["registrationAllowed", true, false])).toEqual(["people may no longer make accounts for themselves"]);
  expect(words(["registrationAllowed", false, true], ["verifyEmail", false, true])).toEqual([
    "people may make accounts for themselves",
    "a new account has to prove its e-mail address",
  ]);
  expect(words(["verifyEmail", true, false])).toEqual(["a new account need not prove its e-mail address any more"]);
});

it("says by which server mail is sent, and nothing of the login there", () => {
  const server = { host: "mail.example", port: "587", from: "us@mail.example", auth: { password: "[secret]" } };
  expect(words(["resetPasswordAllowed", false, true], ["smtpServer", null, server])).toEqual([
    "people can have their password reset by mail",
    "mail is sent by mail.example, port 587, as us@mail.example",
  ]);
  expect(words(["resetPasswordAllowed", true, false], ["smtpServer", server, null])).toEqual([
    "people can no longer have their password reset by mail",
    "no mail is sent any more",
  ]);
  expect(words(["smtpServer.port", "587", "465"], ["smtpServer.auth.password", "[secret]", "[new secret]"])).toEqual([
    "the mail server is changed: port 587 -> 465, auth.password [secret] -> [new secret]",
  ]);
});

it("tells the rest by its own name", () => {
  expect(words(["registrationAllowed", true, false], ["accessTokenLifespan", "5m0s", "1m0s"])).toEqual([
    "people may no longer make accounts for themselves",
    "the realm supalove is changed: accessTokenLifespan 5m0s -> 1m0s",
  ]);
});
