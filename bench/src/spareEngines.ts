import { execa } from "execa";
import { instance } from "../../tests/harness/platform.ts";
import { type Bench, percentile } from "./report.ts";

const N = 10;

/** Starts the runner's engine process as the runner does; prints milliseconds until it is ready and its own memory then. */
const SCRIPT = `
const { fork } = require("node:child_process");
const { readFileSync } = require("node:fs");
const env = { ...process.env, NODE_COMPILE_CACHE: process.env.SUPALOVE_STACKS_DIR + "/.compile-cache" };
const began = performance.now();
const child = fork("/app/operationChild.js", [], { detached: true, env, stdio: ["ignore", "ignore", "ignore", "ipc"] });
child.once("message", () => {
  const ms = performance.now() - began;
  const rollup = readFileSync("/proc/" + child.pid + "/smaps_rollup", "utf8");
  const kib = (name) => Number(new RegExp(name + ":\\\\s+(\\\\d+)").exec(rollup)[1]);
  console.log(ms + " " + (kib("Private_Clean") + kib("Private_Dirty")));
  child.kill("SIGKILL");
});`;

/** What an engine process that is kept ready saves an operation, and what it costs in memory meanwhile. */
export const spareEngines: Bench = async (log) => {
  const samples: { ms: number; kib: number }[] = [];
  for (let i = 0; i < N; i++) {
    const { stdout } = await execa("docker", ["exec", `${instance}-runner`, "node", "-e", SCRIPT]);
    const [ms, kib] = stdout.trim().split(" ").map(Number);
    if (ms === undefined || kib === undefined) throw new Error(`no figures from the engine process: ${stdout}`);
    samples.push({ ms, kib });
  }
  const ms = percentile(
    samples.map((sample) => sample.ms),
    50,
  );
  const kib = percentile(
    samples.map((sample) => sample.kib),
    50,
  );
  log(`${ms.toFixed(0)} ms, ${(kib / 1024).toFixed(0)} MiB`);
  return [
    { what: "engine process started -> ready, p50", value: ms, unit: "ms", note: `${N} in a row, saved by a spare` },
    { what: "memory of one that waits", value: kib / 1024, unit: "MiB", note: "its own, unshared" },
  ];
};
