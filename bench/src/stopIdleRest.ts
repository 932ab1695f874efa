import { execa } from "execa";
import { instance } from "../../tests/harness/platform.ts";
import { sleepUntil } from "../../tests/harness/sleepUntil.ts";

const list = `for p in $(pidof postgrest); do tr '\\0' '\\n' < /proc/$p/environ | grep -q "db_$REF" && echo $p; done; true`;

/** Ends a project's PostgREST as the idle stop does (SIGTERM) and waits until it is gone. */
export async function stopIdleRest(ref: string): Promise<void> {
  const inGateway = (script: string) =>
    execa("docker", ["exec", "-e", `REF=${ref}`, `${instance}-gateway`, "sh", "-c", script]);
  const { stdout } = await inGateway(list);
  if (stdout === "") return;
  await inGateway(`kill ${stdout.split("\n").join(" ")}`);
  await sleepUntil("PostgREST to stop", async () => ((await inGateway(list)).stdout === "" ? true : undefined), 10, 50);
}
