import type { PlannedChange } from "@supalove/contracts/api/previews.ts";
import { expect, it } from "vitest";
import { tellLostData } from "./dataMissing.ts";

const change = (type: string, op: PlannedChange["op"]): PlannedChange => ({
  urn: "urn:x",
  type,
  name: "x",
  op,
  destructive: false,
  summary: "as the engine sees it",
  detailed: [],
});

it.each(["docker:index/volume:Volume", "postgresql:index/database:Database"])(
  "a %s to be made means lost data",
  (type) => {
    expect(tellLostData([change(type, "create")])).toMatchObject([
      { destructive: true, summary: expect.stringContaining("all its data with it") },
    ]);
  },
);

it("nothing else does", () => {
  const others = [change("docker:index/volume:Volume", "update"), change("docker:index/container:Container", "create")];
  expect(tellLostData(others)).toEqual(others);
});
