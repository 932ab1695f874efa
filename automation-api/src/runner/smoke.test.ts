import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { gatewaySmoke, type SmokedProject } from "./smoke.ts";

const REF = "a".repeat(20);

let answer: { readonly status: number; readonly body: string };
let asked: string[];
const gateway = createServer((request, response) => {
  asked.push(`${request.url} ${request.headers["apikey"]}`);
  response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => gateway.close(resolve));
});
beforeEach(() => {
  asked = [];
});

const stackWith = (...services: string[]) => ({
  ...{ services, postgresSettings: {}, routes: [], publishDatabase: false },
  images: { db: "d", rest: "r", meta: "m", gateway: "g" },
});
/** One attempt at a project with this stack. */
const smoke = (stack: SmokedProject["stack"]) =>
  gatewaySmoke(url, 0)({ ref: REF, stack }, "anon", new AbortController().signal);

const OFF = { status: 503, body: JSON.stringify({ code: "service_off", message: "The service rest is off." }) };
const UNREACHED = { status: 503, body: JSON.stringify({ code: "service_unreachable", message: "No." }) };
const OK = { status: 200, body: "{}" };

describe("a project with REST", () => {
  it.each([
    ["of the shared plan", null],
    ["of the dedicated plan", stackWith("rest", "meta")],
  ])("%s works once REST answers, and not where it is said to be off", async (_plan, stack) => {
    answer = OK;
    expect(await smoke(stack)).toBeUndefined();
    expect(asked).toEqual([`/projects/${REF}/rest/v1/ anon`]);
    answer = OFF;
    expect(await smoke(stack)).toBe("the gateway answered 503");
  });
});

describe("a project without REST", () => {
  it.each([[[]], [["meta"]]])("works where its own gateway says that REST is off (services %j)", async (services) => {
    answer = OFF;
    expect(await smoke(stackWith(...services))).toBeUndefined();
  });

  it.each([
    ["has no gateway that answers", UNREACHED, "the gateway answered 503"],
    ["is not served yet", { status: 404, body: "nothing" }, "the gateway answered 404"],
    ["still has the former gateway", OK, "the gateway answered 200"],
    ["is answered for without a word of why", { status: 503, body: "" }, "the gateway answered 503"],
  ])("that %s does not work", async (_what, given, fault) => {
    answer = given;
    expect(await smoke(stackWith("meta"))).toBe(fault);
  });
});
