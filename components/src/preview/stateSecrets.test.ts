import { expect, it } from "vitest";
import { secretsIn } from "./stateSecrets.ts";

const secret = (plaintext: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext,
});

it("finds every secret of an exported state, however deep and of whatever type", () => {
  const deployment = {
    resources: [
      { outputs: { plain: "public", result: secret('"one"'), list: [secret('{"a":"two"}')] } },
      { inputs: { nested: { deep: secret('["three"]') } } },
    ],
  };
  expect(secretsIn(deployment)).toEqual(["one", { a: "two" }, ["three"]]);
});

it("takes a secret that is no JSON as it is", () => {
  expect(secretsIn(secret("raw"))).toEqual(["raw"]);
});
