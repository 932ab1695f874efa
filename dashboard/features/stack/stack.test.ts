import { OPTIONAL_SERVICES, POSTGRES_SETTINGS } from "@supalove/contracts";
import type { ProjectStack } from "@supalove/contracts/api/index.ts";
import { describe, expect, it } from "vitest";
import { SETTING_NAMES } from "./postgresSettings.ts";
import { ALL_OPTIONAL, serviceWords } from "./services.ts";
import { changedStack, wishAsIs } from "./stackWish.ts";

const stack: ProjectStack = {
  services: ["db", "rest", "meta"],
  postgres_settings: { work_mem: "8MB", max_connections: "100" },
  routes: [{ path: "/shop", target: "http://shop:8080", auth: "anon", strip_path: true }],
  publish_database: false,
  images: {},
  versions: {},
  newer: {},
};

describe("changedStack", () => {
  const asIs = wishAsIs(stack);

  it("asks for nothing where nothing differs, whatever the order", () => {
    expect(changedStack(stack, asIs)).toEqual({});
    const settings = [...asIs.settings].reverse().map(({ name, value }) => ({ name, value: ` ${value} ` }));
    expect(changedStack(stack, { ...asIs, services: ["meta", "rest"], settings })).toEqual({});
  });

  it("asks for the whole of what differs and no more", () => {
    expect(changedStack(stack, { ...asIs, published: true })).toEqual({ publish_database: true });
    expect(changedStack(stack, { ...asIs, services: [] })).toEqual({ services: ["db"] });
    expect(changedStack(stack, { ...asIs, settings: [{ name: "work_mem", value: "9MB" }] })).toEqual({
      postgres_settings: { work_mem: "9MB" },
    });
    const added = { row: 7, path: "/a ", target: "https://a.example", auth: "none", strip_path: false } as const;
    expect(changedStack(stack, { ...asIs, routes: [...asIs.routes, added] })).toEqual({
      routes: [...stack.routes, { path: "/a", target: "https://a.example", auth: "none", strip_path: false }],
    });
  });
});

it("services and settings are those of the contract", () => {
  expect(ALL_OPTIONAL).toEqual(OPTIONAL_SERVICES);
  expect(SETTING_NAMES).toEqual(POSTGRES_SETTINGS);
  expect(serviceWords(["db", "rest", "auth"])).toBe("Database, REST API, auth");
});
