import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const IMAGE = "supalove/gateway:dev";

/** PostgREST's program (static) as it is in the gateway's image, taken out of it once per image. */
export async function postgrestBinary(): Promise<string> {
  const { stdout } = await run("docker", ["image", "inspect", "--format", "{{.Id}}", IMAGE]);
  const cache = join(homedir(), ".cache/supalove/tests");
  const binary = join(cache, `postgrest-${stdout.trim().slice("sha256:".length, 30)}`);
  if (existsSync(binary)) return binary;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "new-"));
  const container = (await run("docker", ["create", IMAGE])).stdout.trim();
  try {
    await run("docker", ["cp", `${container}:/usr/local/bin/postgrest`, join(folder, "postgrest")]);
    await rename(join(folder, "postgrest"), binary);
  } finally {
    await run("docker", ["rm", "-v", container]);
    await rm(folder, { recursive: true, force: true });
  }
  return binary;
}
