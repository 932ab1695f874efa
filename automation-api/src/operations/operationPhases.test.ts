import { expect, it } from "vitest";
import { phasesOf } from "./operationPhases.ts";

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);
const phase = (name: string, ms: number) => ({
  event: { type: "phase", phase: name, message: `${name}…` },
  createdAt: at(ms),
});

it("takes each phase until the next one began, and the last one until the end", () => {
  expect(phasesOf([phase("second_look", 0), phase("up", 700), phase("smoke", 2_000)], at(2_100))).toEqual([
    { phase: "second_look", message: "second_look…", started_at: at(0).toISOString(), milliseconds: 700 },
    { phase: "up", message: "up…", started_at: at(700).toISOString(), milliseconds: 1_300 },
    { phase: "smoke", message: "smoke…", started_at: at(2_000).toISOString(), milliseconds: 100 },
  ]);
});

it("knows no time before the beginning, whatever two clocks say", () => {
  expect(phasesOf([phase("up", 10)], at(0))).toMatchObject([{ milliseconds: 0 }]);
  expect(phasesOf([], at(0))).toEqual([]);
});

it("counts no time in which nobody worked: between an interruption and the next run", () => {
  const status = (word: string, ms: number) => ({ event: { type: "status", status: word }, createdAt: at(ms) });
  const cut = [status("running", 0), phase("a", 0), status("interrupted", 10), status("running", 500)];
  const events = [...cut, phase("a", 510), phase("b", 520), status("failed", 530)];
  expect(phasesOf(events, at(530)).map(({ phase, milliseconds }) => [phase, milliseconds])).toEqual([
    ["a", 10],
    ["a", 10],
    ["b", 10],
  ]);
});
