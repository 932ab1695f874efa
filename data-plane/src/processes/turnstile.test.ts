import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Turnstile } from "./turnstile.ts";

describe("Turnstile", () => {
  it("never lets in more than there are places, and in the end everybody", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 }),
        async (places, visitors) => {
          const turnstile = new Turnstile(places);
          const visits = visitors.map(async (wanted) => {
            await turnstile.enter(10_000, wanted);
            expect(turnstile.taken).toBeLessThanOrEqual(places);
            await Promise.resolve();
            turnstile.leave(wanted);
          });
          await Promise.all(visits);
          expect([turnstile.taken, turnstile.waiting]).toEqual([0, 0]);
        },
      ),
    );
  });

  it("does not pass over who wants many, and goes on when that one gives up", async () => {
    const turnstile = new Turnstile(4);
    await turnstile.enter(1_000, 3);
    const order: string[] = [];
    const many = turnstile.enter(50, 4).then(
      () => order.push("many"),
      () => order.push("gave up"),
    );
    const few = turnstile.enter(1_000, 1).then(() => order.push("few"));
    await Promise.all([many, few]);
    expect(order).toEqual(["gave up", "few"]);
  });
});
