import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partOf } from "./randomSecrets.ts";
import { recordGraph } from "./testing/resourceGraph.ts";

const textOf = (output: pulumi.Output<string>) =>
  new Promise<string>((resolve) => {
    output.apply(resolve);
  });

describe("randomSecrets", () => {
  it("draws them all with one resource whose id says nothing, and never draws again", async () => {
    let drawn: pulumi.Output<string>[] = [];
    const graph = await recordGraph(async (opts) => {
      const { randomSecrets } = await import("./randomSecrets.ts");
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent", {}, opts);
      const secret = randomSecrets("logins", 3, 32, parent);
      drawn = [secret(0), secret(1), secret(2)];
    });
    expect(graph.ofType("random:index/randomPassword:RandomPassword")).toEqual(["logins"]);
    expect(graph.get("logins").props).toMatchObject({ length: 96, special: false });
    expect(graph.get("logins").opts.ignoreChanges).toEqual(["length", "special"]);
    for (const output of drawn) expect(await pulumi.isSecret(output)).toBe(true);
    const texts = await Promise.all(drawn.map(textOf));
    expect(new Set(texts).size).toBe(3);
    for (const text of texts) expect(text).toMatch(/^[A-Za-z0-9]{32}$/);
  });
});

describe("partOf", () => {
  it("gives parts that make up the whole", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 64 }),
        fc.infiniteStream(fc.constantFrom(..."abcXYZ019")),
        (count, length, characters) => {
          const text = [...characters.take(count * length)].join("");
          const parts = Array.from({ length: count }, (_, index) => partOf("x", text, index, length));
          expect(parts.join("")).toBe(text);
        },
      ),
    );
  });

  it("is an error, not an empty password, where the resource was made for fewer", () => {
    expect(() => partOf("logins", "x".repeat(64), 2, 32)).toThrow("logins has 64 characters and no part 2");
    expect(() => partOf("logins", "x".repeat(70), 2, 32)).toThrow(RangeError);
  });
});
