import { describe, expect, it } from "vitest";
import { translateEngineError } from "./translateError.ts";

const CONTAINER = "urn:pulumi:i::supalove::supalove:platform:Service$docker:index/container:Container::i-api";

describe("translateEngineError", () => {
  it.each([
    [
      "Unable to start container: driver failed programming external connectivity on endpoint i-api: Bind for 127.0.0.1:8000 failed: port is already allocated",
      /port 8000 on 127.0.0.1 is in use/,
    ],
    ["listen tcp4 127.0.0.1:8000: bind: address already in use", /port 8000/],
    [
      "Unable to create container with image supalove/api:abc: Error: No such image: supalove/api:abc",
      /image supalove\/api:abc is missing/,
    ],
    ["pull access denied for supalove/api, repository does not exist", /image supalove\/api is missing/],
    ["failed to create Docker client: Error pinging Docker server", /Docker engine does not answer/],
    ["write /var/lib/docker/x: no space left on device", /disk is full/],
    [
      'Conflict. The container name "/i-api" is already in use by container "f00"',
      /container i-api that this stack does not know/,
    ],
    ["error: the stack is currently locked by 1 lock(s).", /another update of this stack is running/],
    [
      "the stack's configuration can't be used:\nsupalove:portBase: Invalid input\nat readSettings",
      /a setting is wrong: supalove:portBase: Invalid input$/,
    ],
    ["error: incorrect passphrase", /passphrase of this instance/],
    ["no resource plugin 'pulumi-resource-docker' found in the workspace", /plugin docker is missing/],
    ['pq: password authentication failed for user "supabase_admin"', /refuses the password of supabase_admin/],
    ["error connecting: dial tcp 127.0.0.1:5434: connect: connection refused", /nothing answers on port 5434/],
  ])("puts %j into one sentence with a next step", (message, sentence) => {
    const error = translateEngineError([{ urn: CONTAINER, message }], "code: 255");
    expect(error.message).toMatch(sentence);
    expect(error.message).toMatch(/^Container i-api: /);
    expect(error.message).not.toContain("\n");
    expect(error.nextStep).toBeTruthy();
  });

  it("prefers what a resource says to the summary that the update failed", () => {
    const error = translateEngineError(
      [
        { urn: "urn:pulumi:i::supalove::pulumi:pulumi:Stack::supalove-i", message: "update failed" },
        { urn: CONTAINER, message: "something nobody foresaw\n  at line 3\n" },
      ],
      "code: 255",
    );
    expect(error.message).toBe("Container i-api: something nobody foresaw");
  });

  it("falls back to the error line of what was thrown", () => {
    const thrown = "code: 1\nstdout: Updating\nstderr: error: the engine said this\n";
    expect(translateEngineError([], thrown).message).toContain("code: 1");
    expect(translateEngineError([], "noise\nerror: the engine said this\n").message).toBe(
      "error: the engine said this",
    );
  });
});
