import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type CliContext, forInstance } from "../context.ts";
import { engineEnvironment, reasonInLog } from "../docker/startDockerd.ts";
import { CliError } from "../errors.ts";
import { parseStackConfig } from "../instance/stackConfig.ts";
import { destroyInstance } from "../platform/destroy.ts";
import { createFacts } from "../setup/facts.ts";
import { takeLock } from "../system/machineLock.ts";
import { mustRun, run } from "../system/run.ts";
import type { Counts } from "./counts.ts";
import { machineDir, type OwnMachine, openOwnMachine } from "./ownMachine.ts";
import { PREFIX } from "./testInstance.ts";
import { runVitest } from "./vitest.ts";

const ENGINE_START_MS = 60_000;
const INSTANCE = `${PREFIX}machine`;

/**
 * Runs the tests that kill the Docker engine, on a machine of their own with a platform of its own. The engine there gets
 * this one's images; all else comes from `./supalove up`, which also finds that engine killed for the first time.
 * @param files empty for all of them
 */
export async function runMachineTests(context: CliContext, files: readonly string[]): Promise<Counts> {
  const dir = machineDir(context);
  const lock = await takeLock(dir, "supalove test", (holder) => {
    throw new CliError(`${holder} uses the machine for engine kills`, "wait for it to end");
  });
  try {
    context.terminal.info("opening a machine of its own within this one");
    const machine = await openOwnMachine(context);
    try {
      context.terminal.info("giving its Docker engine the images");
      await loadImages(context, machine);
      // The tests refuse to kill anything where this is not so.
      const env = { SUPALOVE_TEST_INSTANCE: INSTANCE, SUPALOVE_OWN_MACHINE: dir };
      return await runVitest(context, "machine", files, env, machine.enter);
    } finally {
      await machine.dispose();
    }
  } finally {
    // What lies outside: notes of the Pulumi engine, the link at the repository root.
    await destroyInstance({ ...forInstance(context, INSTANCE), signal: new AbortController().signal });
    await lock.release();
  }
}

/** Starts an engine inside, loads the platform's images into it, and kills it as a power cut would. */
async function loadImages(context: CliContext, { enter }: OwnMachine): Promise<void> {
  const { references } = await createFacts(parseStackConfig("", "no file")).images();
  const [program, ...args] = enter;
  const engine = spawn(program, [...args, "dockerd"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: engineEnvironment(context.config.env),
  });
  let log = "";
  engine.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-10_000);
  });
  const ended = () => engine.exitCode !== null || engine.signalCode !== null;
  const deadline = Date.now() + ENGINE_START_MS;
  while ((await run(program, [...args, "docker", "version"], { timeoutMs: 10_000 })).code !== 0) {
    if (ended() || Date.now() > deadline) {
      throw new CliError(`no Docker engine starts in the machine: ${reasonInLog(log)}`);
    }
    await sleep(200);
  }
  const save = spawn("docker", ["save", ...Object.values(references)], { stdio: ["ignore", "pipe", "inherit"] });
  const load = spawn(program, [...args, "docker", "load", "--quiet"], { stdio: ["pipe", "ignore", "inherit"] });
  const codes = Promise.all([exitCode(save), exitCode(load)]);
  await pipeline(save.stdout, load.stdin);
  if ((await codes).some((code) => code !== 0)) throw new CliError("the images could not be copied into the machine");
  await mustRun(program, [...args, "sh", "-c", "kill -9 $(cat /run/docker.pid)"]);
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, "exit");
  return code;
}
