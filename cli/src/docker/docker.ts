import { LABELS } from "@supalove/contracts";
import { z } from "zod";
import { CliError } from "../errors.ts";
import { type RunOptions, type RunResult, run } from "../system/run.ts";

/** Runs the Docker client. The engine is the one the environment (DOCKER_HOST, context) points to. */
export function docker(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run("docker", args, { timeoutMs: 120_000, ...options });
}

/** Runs the Docker client for something that has to succeed. @throws CliError */
export async function mustDocker(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await docker(args, options);
  if (result.code === 0) return result.stdout;
  throw dockerError(args, result);
}

/** Turns the Docker client's complaint into a sentence and a next step. */
export function dockerError(args: readonly string[], result: RunResult): CliError {
  const words = result.stderr.trim().split("\n").at(-1) ?? "";
  if (result.code === 127) return new CliError("the Docker client was not found", "run ./supalove setup");
  if (/cannot connect to the docker daemon|connection refused|is the docker daemon running/i.test(result.stderr)) {
    return new CliError("the Docker engine does not answer", "run ./supalove setup, it starts the engine");
  }
  if (/permission denied/i.test(result.stderr)) {
    return new CliError(
      "this user may not talk to the Docker engine",
      "run it as root, or add the user to the group docker and log in again",
    );
  }
  if (result.code === 124) return new CliError("the Docker engine took too long to answer", "look at its log");
  return new CliError(`docker ${args[0] ?? ""} failed: ${words.replace(/^Error( response from daemon)?: /, "")}`);
}

/** Version of the engine that answers, or undefined when none does. */
export async function engineVersion(timeoutMs = 10_000): Promise<string | undefined> {
  const result = await docker(["version", "--format", "{{.Server.Version}}"], { timeoutMs });
  const version = result.stdout.trim();
  return result.code === 0 && version !== "" ? version : undefined;
}

const Inspected = z.object({
  Id: z.string(),
  Name: z.string().transform((name) => name.replace(/^\//, "")),
  State: z.object({
    Status: z.string(),
    ExitCode: z.number(),
    Error: z.string().default(""),
    OOMKilled: z.boolean().default(false),
    Health: z
      .object({
        Status: z.string(),
        Log: z.array(z.object({ ExitCode: z.number(), Output: z.string() })).nullish(),
      })
      .nullish(),
  }),
  RestartCount: z.number().default(0),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish(), Image: z.string() }),
  NetworkSettings: z
    .object({ Networks: z.record(z.string(), z.object({ NetworkID: z.string() })).nullish() })
    .optional(),
});

/** What the command line needs to know of a container. */
export type ContainerInfo = z.infer<typeof Inspected>;

/** All containers with a label (`key` or `key=value`), running or not. */
export async function containersWith(label: string): Promise<readonly ContainerInfo[]> {
  const ids = (await mustDocker(["ps", "--all", "--quiet", "--no-trunc", "--filter", `label=${label}`])).split("\n");
  const wanted = ids.filter((id) => id !== "");
  if (wanted.length === 0) return [];
  // A container that goes away between the two calls makes inspect fail, yet it prints all others.
  const answer = await docker(["inspect", "--type", "container", ...wanted]);
  if (answer.code !== 0 && !/no such/i.test(answer.stderr)) throw dockerError(["inspect"], answer);
  return z.array(Inspected).parse(JSON.parse(answer.stdout));
}

/** A network or volume. */
export interface NamedThing {
  /** Name of a volume, id of a network. */
  readonly id: string;
  /** Project it belongs to, the empty string for the platform's own. */
  readonly project: string;
}

/** Networks or volumes with a label. */
export async function thingsWith(kind: "network" | "volume", label: string): Promise<readonly NamedThing[]> {
  const id = kind === "network" ? "{{.ID}}" : "{{.Name}}";
  const format = `${id}\t{{.Label "${LABELS.project}"}}`;
  const full = kind === "network" ? ["--no-trunc"] : [];
  const text = await mustDocker([kind, "ls", ...full, "--filter", `label=${label}`, "--format", format]);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", project = ""] = line.split("\t");
      return { id: name, project };
    });
}

/** IPv4 networks of the Docker engine, as `172.18.0.0/16`. */
export async function dockerSubnets(): Promise<readonly string[]> {
  const ids = (await mustDocker(["network", "ls", "--quiet", "--no-trunc"])).split("\n").filter((id) => id !== "");
  if (ids.length === 0) return [];
  // A network that goes away between the two calls makes inspect fail, yet it prints all others.
  const { stdout } = await docker([
    "network",
    "inspect",
    "--format",
    "{{range .IPAM.Config}}{{.Subnet}} {{end}}",
    ...ids,
  ]);
  return stdout.split(/\s+/).filter((subnet) => /^[\d.]+\/\d+$/.test(subnet));
}
