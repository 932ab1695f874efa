import { supalove } from "../../tests/harness/platform.ts";
import { type Bench, timed } from "./report.ts";

async function run(...args: string[]): Promise<void> {
  const { exitCode, stderr } = await supalove(...args);
  if (exitCode !== 0) throw new Error(`./supalove ${args.join(" ")} ended with ${exitCode}: ${stderr}`);
}

/** The two commands on a machine that is set up: nothing to do, and everything stopped. */
export const platformUp: Bench = async (log) => {
  await run("up");
  const setup = await timed(() => run("setup"));
  const noop = await timed(() => run("up"));
  log(`set-up with nothing to do ${setup.toFixed(0)} ms, up with nothing to do ${noop.toFixed(0)} ms`);
  await run("down");
  const warm = await timed(() => run("up"));
  const status = await timed(() => run("status"));
  return [
    { what: "set-up, nothing to do", value: setup / 1000, unit: "s" },
    { what: "up, nothing to do", value: noop / 1000, unit: "s" },
    { what: "up, warm (everything stopped)", value: warm / 1000, unit: "s" },
    { what: "status", value: status / 1000, unit: "s" },
  ];
};
