import { execa } from "execa";
import { type RunOptions, runLogged } from "./runLogged.ts";

/** Which of these references Docker has, in one call of the command line. */
export async function existingImages(references: readonly string[]): Promise<ReadonlySet<string>> {
  if (references.length === 0) return new Set();
  // `inspect` fails when one of them is missing, and prints the others all the same.
  const { stdout } = await execa("docker", ["image", "inspect", "--format", "{{json .RepoTags}}", ...references], {
    reject: false,
  });
  const tags = stdout.split("\n").flatMap((line) => (line.startsWith("[") ? (JSON.parse(line) as string[]) : []));
  return new Set(references.filter((reference) => tags.includes(reference)));
}

export async function tagImage(reference: string, alias: string): Promise<void> {
  await execa("docker", ["tag", reference, alias]);
}

export interface DockerBuildOptions extends RunOptions {
  /** Folder that is sent to Docker; holds the Dockerfile. */
  readonly context: string;
  readonly reference: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Called with "step 3 of 7". */
  readonly onStep: (message: string) => void;
}

const STEP = /^Step (\d+)\/(\d+)\b|^#\d+ \[[^\]]*?(\d+)\/(\d+)\]/;

/** Progress told by a line of `docker build`, of the classic builder or of BuildKit. */
export function buildStep(line: string): string | undefined {
  const match = STEP.exec(line);
  if (match === null) return undefined;
  return `step ${match[1] ?? match[3]} of ${match[2] ?? match[4]}`;
}

/** `docker build` of a context folder. Parents are our own local images, so nothing is pulled. */
export async function dockerBuild(options: DockerBuildOptions): Promise<void> {
  const { context, reference, labels, buildArgs, onStep, ...run } = options;
  const flags = [
    ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
    ...Object.entries(buildArgs).map(([key, value]) => `--build-arg=${key}=${value}`),
  ];
  await runLogged("docker", ["build", "--force-rm", `--tag=${reference}`, ...flags, context], {
    ...run,
    env: { BUILDKIT_PROGRESS: "plain" },
    onLine: (line) => {
      const step = buildStep(line);
      if (step !== undefined) onStep(step);
    },
  });
}
