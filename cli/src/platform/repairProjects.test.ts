import { expect, it } from "vitest";
import { repairProjects } from "./repairProjects.ts";

const refs = ["a", "b", "c", "d"].map((letter) => letter.repeat(20));
const QUEUED = [
  ...["op_a", "op_b", "op_d"].map((operation_id, at) => ({
    ref: refs[at === 2 ? 3 : at],
    operation_id,
    skipped: null,
  })),
  { ref: refs[2], operation_id: null, skipped: "it never was ready" },
].map((entry) => ({ name: "x", ...entry }));
const LOST = { code: "data_volume_missing", message: "Its data is gone.", next_step: "Restore it." };
const state = (operation_id: string, status: string, more = {}) => ({
  operation_id,
  status,
  project_status: "ACTIVE_HEALTHY",
  error: null,
  ...more,
});

/** The platform's answers to `repair-states`, one after the other. */
function platform(...answers: (readonly unknown[] | Error)[]) {
  const said: string[] = [];
  const stop = new AbortController();
  const terminal = { out: () => {}, info: (line: string) => void said.push(line), interactive: false };
  const admin = async ([command]: readonly string[]) => {
    if (command === "repair-projects") return JSON.stringify(QUEUED);
    const answer = answers.shift();
    if (answer instanceof Error) {
      stop.abort();
      throw answer;
    }
    return JSON.stringify(answer);
  };
  return { said, run: () => repairProjects({ signal: stop.signal, terminal }, admin) };
}

it("waits until all have ended, says how far it is, and tells what became of each", async () => {
  const gone = state("op_d", "cancelled", { project_status: "REMOVED" });
  const { said, run } = platform(
    [state("op_a", "running"), state("op_b", "queued"), gone],
    [state("op_a", "succeeded"), state("op_b", "failed", { error: LOST }), gone],
  );
  const report = await run();
  expect(report.map(({ ref, result }) => [ref, result])).toEqual([
    [refs[0], "back"],
    [refs[1], "failed"],
    [refs[3], "skipped"],
    [refs[2], "skipped"],
  ]);
  expect(report[1]).toMatchObject({ code: LOST.code, detail: LOST.message, nextStep: LOST.next_step });
  expect(report[3]?.detail).toBe("it never was ready");
  expect(said).toEqual([0, 1, 3].map((count) => `projects: ${count} of 3 have come to an end`));
});

it("says after ctrl-C, which ends the question too, that the projects go on", async () => {
  const { run } = platform(new Error("killed"));
  await expect(run()).rejects.toMatchObject({ exitCode: 130, message: expect.stringContaining("go on") });
});
