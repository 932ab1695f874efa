import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { stackBody, withStackOptions } from "./stackOptions.ts";

function bodyOf(...args: string[]) {
  const command = withStackOptions(new Command()).exitOverride();
  command.parse(args, { from: "user" });
  return stackBody(command.opts());
}

describe("the options of a dedicated project's stack", () => {
  it.each([
    [[], {}],
    [["--service", "rest"], { services: ["db", "rest"] }],
    [["--service", "db", "rest", "meta"], { services: ["db", "rest", "meta"] }],
    [
      ["--setting", "work_mem=8MB", "max_connections=50"],
      { postgres_settings: { work_mem: "8MB", max_connections: "50" } },
    ],
    [["--no-settings"], { postgres_settings: {} }],
    [
      ["--route", "/billing=http://billing:3000/a=b", "/open=https://example.com,none"],
      {
        routes: [
          { path: "/billing", target: "http://billing:3000/a=b" },
          { path: "/open", target: "https://example.com", auth: "none" },
        ],
      },
    ],
    [["--no-routes"], { routes: [] }],
    [["--publish-database"], { publish_database: true }],
    [["--no-publish-database"], { publish_database: false }],
  ])("%j ask for %j", (args, body) => {
    expect(bodyOf(...args)).toEqual(body);
  });

  it("say what is wrong with them", () => {
    expect(() => bodyOf("--setting", "work_mem")).toThrow("has no value");
    expect(() => bodyOf("--route", "/billing")).toThrow("has no value");
  });
});
