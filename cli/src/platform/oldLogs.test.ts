import { describe, expect, it } from "vitest";
import { oldLogs } from "./oldLogs.ts";

describe("oldLogs", () => {
  const names = [
    "preview-2026-03.log",
    "up-2020-01.log",
    "preview-2026-01.log",
    "preview-2026-02.log",
    "image-api.log",
  ];

  it("are the oldest of their kind beyond those that are kept", () => {
    expect(oldLogs(names, "preview", 1)).toEqual(["preview-2026-01.log", "preview-2026-02.log"]);
    expect(oldLogs(names, "preview", 2)).toEqual(["preview-2026-01.log"]);
  });

  it("are none where there are few", () => expect(oldLogs(names, "preview")).toEqual([]));
});
