import { describe, expect, it } from "vitest";
import { plannedChanges } from "./plannedChanges.ts";
import type { Properties } from "./plannedStep.ts";
import { Redactor } from "./redactor.ts";
import { settingsStep } from "./settingsStep.ts";

const NOTHING: Properties = {
  ...{ name: "a", plan: "dedicated", size: "micro", services: { rest: "on", meta: "on" } },
  ...{ postgres: {}, routes: {}, databasePublished: false },
};
function words(before: Properties, after: Properties): string[] {
  const step = settingsStep("r", { ...NOTHING, ...before }, { ...NOTHING, ...after });
  return step === undefined ? [] : plannedChanges([step], new Redactor()).flatMap(({ summary }) => summary.split("\n"));
}

describe("a dedicated project's settings", () => {
  it("are told one by one, in words", () => {
    expect(
      words(
        { postgres: { work_mem: "8MB", max_wal_size: "1GB" }, routes: { "/old": "http://o (for every key)" } },
        {
          ...{ size: "small", services: { rest: "on", meta: "off" }, databasePublished: true },
          postgres: { work_mem: "12MB", statement_timeout: "5s" },
          routes: { "/hooks.v1": "http://h:80/x (without a key)" },
        },
      ),
    ).toEqual([
      "size micro -> small",
      "the database takes direct connections on a port of the server",
      "Postgres setting max_wal_size 1GB -> the size's own",
      "Postgres setting statement_timeout the size's own -> 5s",
      "Postgres setting work_mem 8MB -> 12MB",
      "the route /old is taken away (it led to http://o (for every key))",
      "the route /hooks.v1 is added: it leads to http://h:80/x (without a key)",
      "the service meta is switched off",
    ]);
  });

  it("tell where a route leads from now on", () => {
    expect(
      words({ routes: { "/a": "http://b (for every key)" } }, { routes: { "/a": "http://c (for every key)" } }),
    ).toEqual(["the route /a leads to http://c (for every key), no longer to http://b (for every key)"]);
    expect(words({ databasePublished: true }, {})).toEqual(["the database takes no direct connections any more"]);
  });

  it("that stay are not told", () => expect(words({}, {})).toEqual([]));
});
