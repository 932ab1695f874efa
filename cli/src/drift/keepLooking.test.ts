import { describe, expect, it } from "vitest";
import { keepLooking, parseEvery } from "./keepLooking.ts";

describe("parseEvery", () => {
  it.each([
    ["24", 24],
    ["0.5", 0.5],
    ["168", 168],
  ])("takes %s", (text, hours) => expect(parseEvery(text)).toBe(hours));
  it.each(["", "0", "-1", "1e3", "169", "a day", "NaN", "Infinity"])("refuses %j", (text) => {
    expect(() => parseEvery(text)).toThrow(/--every takes hours/);
  });
});

describe("keepLooking", () => {
  it("looks at once and then each so many hours from the beginning of a look, until it is ended", async () => {
    const ending = new AbortController();
    const waited: number[] = [];
    let [time, looks] = [0, 0];
    await keepLooking(1, {
      async look() {
        looks += 1;
        // The third takes longer than there is between two.
        time += looks === 3 ? 4_000_000 : 10_000;
      },
      signal: ending.signal,
      now: () => time,
      async wait(ms) {
        waited.push(ms);
        time += ms;
        if (waited.length === 3) ending.abort();
      },
    });
    expect(waited).toEqual([3_590_000, 3_590_000, 0]);
    expect(looks).toBe(3);
  });

  it("ends at once where it is ended in a wait, and does not wait after a look that was ended", async () => {
    const waiting = new AbortController();
    setTimeout(() => waiting.abort(), 20);
    await keepLooking(168, { look: async () => undefined, signal: waiting.signal });
    const looking = new AbortController();
    await keepLooking(168, { look: async () => looking.abort(), signal: looking.signal });
    await keepLooking(1, { look: () => Promise.reject(new Error("looked")), signal: looking.signal });
  });
});
