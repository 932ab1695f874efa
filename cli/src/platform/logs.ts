import { LABELS, platformName } from "@supalove/contracts";
import type { CliContext } from "../context.ts";
import { CliError } from "../errors.ts";
import { run } from "../system/run.ts";
import { instanceContainers } from "./startContainers.ts";

/**
 * Prints what containers of an instance wrote, each line behind the part's name when there are several.
 * @param service one part of the platform; undefined for all
 */
export async function showLogs(
  context: CliContext,
  service: string | undefined,
  options: { readonly follow: boolean; readonly tail: string },
): Promise<void> {
  if (!/^(all|\d{1,9})$/.test(options.tail))
    throw new CliError("--tail takes a number of lines, or all", "give --tail 100, for example");
  const containers = (await instanceContainers(context)).filter(
    ({ Config }) => Config.Labels?.[LABELS.project] === undefined,
  );
  const wanted = containers.filter(
    ({ Name }) => service === undefined || Name === platformName(context.instance, service),
  );
  if (wanted.length === 0) {
    const names = containers.map(({ Name }) => Name.slice(context.instance.length + 1)).join(", ");
    throw new CliError(
      service === undefined
        ? `instance ${context.instance} has no containers`
        : `instance ${context.instance} has no service ${service}`,
      names === "" ? "bring it up with ./supalove up" : `choose one of ${names}`,
    );
  }
  await Promise.all(
    wanted.map(async ({ Id, Name }) => {
      const prefix = wanted.length === 1 ? "" : `${Name.slice(context.instance.length + 1)}  `;
      // A container's two streams come side by side; a line of the one must not end in the other.
      const write = (line: string) => context.terminal.out(`${prefix}${line}`);
      const lines = { stdout: lineWriter(write), stderr: lineWriter(write) };
      const args = ["logs", "--tail", options.tail, ...(options.follow ? ["--follow"] : []), Id];
      await run("docker", args, {
        signal: context.signal,
        collect: false,
        onOutput: (text, stream) => lines[stream].take(text),
      });
      lines.stdout.end();
      lines.stderr.end();
    }),
  );
}

/** Cuts chunks of text into lines. */
function lineWriter(write: (line: string) => void) {
  let rest = "";
  return {
    take(text: string) {
      const lines = `${rest}${text}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) write(line);
    },
    end() {
      if (rest !== "") write(rest);
    },
  };
}
