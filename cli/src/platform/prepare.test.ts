import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { instancePorts } from "@supalove/contracts";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import type { CliContext } from "../context.ts";
import type { ContainerInfo } from "../docker/docker.ts";
import { instancePaths } from "../instance/paths.ts";
import { choosePortBlock } from "../instance/portBlock.ts";
import { portFree } from "../system/portFree.ts";
import { requireFreePorts } from "./prepare.ts";

let dir: string;
let context: CliContext;
let base: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "supalove-ports-"));
  const paths = instancePaths(join(dir, "data"), dir, "abc");
  base = (await choosePortBlock(new Set(), (port) => portFree(port, "127.0.0.1"))) ?? 0;
  await mkdir(dirname(paths.stackConfig), { recursive: true });
  await writeFile(paths.stackConfig, `config:\n  supalove:portBase: ${base}\n`);
  context = { paths } as unknown as CliContext;
});
afterEach(() => rm(dir, { recursive: true }));

it("names port and part that another program has, unless the instance runs itself", async () => {
  await expect(requireFreePorts(context, [])).resolves.toBeUndefined();
  const { api } = instancePorts(base);
  const other = createServer();
  await new Promise<void>((done) => other.listen(api, "127.0.0.1", done));
  onTestFinished(() => void other.close());
  await expect(requireFreePorts(context, [])).rejects.toMatchObject({
    message: `in use by another program: port ${api} (api)`,
    nextStep: expect.stringMatching(/end that program, or .*--instance NAME/),
  });
  const running = { State: { Status: "running" } } as unknown as ContainerInfo;
  await expect(requireFreePorts(context, [running])).resolves.toBeUndefined();
});
