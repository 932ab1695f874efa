import { expect, it } from "vitest";
import { setupTimes } from "./setupTimes.ts";

it("reads steps, images and the engine's parts from a log", () => {
  const log = `2026-01-01T00:00:00.000Z host packages: debootstrap missing
2026-01-01T00:00:01.000Z Pulumi engine: looking
2026-01-01T00:00:02.000Z host packages: done
2026-01-01T00:00:02.000Z Pulumi engine: building the CLI from Go modules (1 of 2)
2026-01-01T00:00:03.000Z Pulumi engine: building the CLI from Go modules (1 of 2): 3 packages compiled, 1 s
2026-01-01T00:00:10.000Z images: building base
2026-01-01T00:00:10.000Z base: started
✔ a line of something else
2026-01-01T00:00:12.000Z Pulumi engine: building the host from Go modules (2 of 2)
2026-01-01T00:00:14.000Z images: base built in 4 s (1 of 1)
2026-01-01T00:00:14.500Z images: done
2026-01-01T00:00:20.000Z Pulumi engine: done
`;
  expect(setupTimes(log)).toEqual({
    total: 20,
    parts: [
      { name: "host packages", begun: 0, seconds: 2 },
      { name: "engine: the CLI", begun: 2, seconds: 10 },
      { name: "base", begun: 10, seconds: 4 },
      { name: "images", begun: 10, seconds: 4.5 },
      { name: "engine: the host", begun: 12, seconds: 8 },
      { name: "Pulumi engine", begun: 1, seconds: 19 },
    ],
  });
  expect(setupTimes("")).toEqual({ total: 0, parts: [] });
});
