import { Subnet, unknownSetting } from "@supalove/contracts";
import { IMAGE_NAMES } from "@supalove/images/definition.ts";
import { type Document, isMap, parseDocument } from "yaml";
import { z } from "zod";
import { CliError } from "../errors.ts";
import { readIfThere, replaceFile } from "./atomicFile.ts";

/** Images that may be swapped one by one. Not Postgres: what keeps tenants apart is built into ours. */
const SWAPPABLE = [...IMAGE_NAMES.filter((name) => !["base", "node", "postgres"].includes(name)), "grafana"];

const ImageOverrides = z.preprocess(
  (value, context) => {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue({ code: "custom", message: 'not a JSON object such as {"keycloak":"<reference>"}' });
      return z.NEVER;
    }
  },
  z
    .record(z.string(), z.string().regex(/^\S+$/, "an image reference is one word"))
    .superRefine((overrides, context) => {
      for (const name of Object.keys(overrides).filter((given) => !SWAPPABLE.includes(given))) {
        const message =
          name === "postgres"
            ? "the clusters always run this source tree's Postgres, which holds the guard that keeps tenants apart"
            : `there is no image ${name}; there are ${SWAPPABLE.join(", ")}`;
        context.addIssue({ code: "custom", message });
      }
    }),
);

/** The keys of the base stack's configuration that the command line reads or writes (namespace `supalove`). */
export const StackConfig = z.object({
  /** First port of the instance's block; absent for the documented default ports. */
  portBase: z.coerce.number().int().min(1024).max(65_000).optional(),
  bindAddress: z.union([z.ipv4(), z.ipv6()], "not an IP address of this machine").default("127.0.0.1"),
  publicHost: z.string().min(1).default("localhost"),
  /** Addresses of the network of dedicated projects' gateways; chosen once. */
  projectsSubnet: Subnet.optional(),
  /** Chosen once, when the instance is first set up; absent before. */
  imageSet: z.enum(["local", "upstream"]).optional(),
  /** PostGIS and pgRouting in the image of the database servers. */
  postgis: z.union([z.boolean(), z.stringbool()], "not true or false").default(false),
  /** References that take the place of the set's own, by image name. */
  imageOverrides: ImageOverrides.optional(),
  /** Written by each `up`. */
  images: z.string().optional(),
});
export type StackConfig = z.infer<typeof StackConfig>;

/** The set whose images an instance runs; the local one where none was chosen yet. */
export const imageSetOf = ({ imageSet }: Pick<StackConfig, "imageSet">) => imageSet ?? "local";

const NAMESPACE = "supalove:";

/** Reads the settings out of a `Pulumi.<stack>.yaml`. @throws CliError naming the key that is wrong */
export function parseStackConfig(text: string, path: string): StackConfig {
  const whole = z
    .object({ config: z.record(z.string(), z.unknown()).nullish() })
    .nullish()
    .safeParse(readDocument(text, path).toJS());
  if (!whole.success)
    throw new CliError(`${path} is not a stack configuration`, "mend it, or restore it from a backup");
  const entries = Object.entries(whole.data?.config ?? {}).filter(([key]) => key.startsWith(NAMESPACE));
  const given = Object.fromEntries(entries.map(([key, value]) => [key.slice(NAMESPACE.length), value]));
  for (const key of Object.keys(given)) {
    const problem = unknownSetting(key);
    if (problem !== undefined) throw new CliError(problem, `correct it in ${path} and run this again`);
  }
  const own = StackConfig.safeParse(given);
  if (own.success) return own.data;
  const issue = own.error.issues[0];
  throw new CliError(
    `setting ${NAMESPACE}${issue?.path[0]?.toString() ?? ""} in ${path} is wrong: ${issue?.message ?? "unknown reason"}`,
    "correct it in that file and run this again",
  );
}

/** A YAML text that is whole: a broken one would be read up to its flaw, and the defaults taken for the rest. */
function readDocument(text: string, path: string): Document {
  const document = parseDocument(text);
  const [flaw] = document.errors;
  if (flaw === undefined) return document;
  const line = flaw.linePos?.[0].line;
  throw new CliError(
    `${path} is not valid YAML${line === undefined ? "" : ` in line ${line}`}: ${flaw.message.split("\n")[0]?.replace(/ at line.*$/, "")}`,
    "mend it, or restore it from a backup",
  );
}

/** First port of another instance's block, of which nothing else matters here, not even whether its file is whole. */
export function portBaseIn(text: string): number | undefined {
  const digits = /^\s*["']?supalove:portBase["']?:\s*["']?(\d+)/m.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Subnet of another instance's projects, in the same way. */
export function projectsSubnetIn(text: string): string | undefined {
  return /^\s*["']?supalove:projectsSubnet["']?:\s*["']?([\d./]+)/m.exec(text)?.[1];
}

/**
 * Text of a stack configuration with some of our keys set; everything else in it, comments included, stays.
 * @throws CliError for a text that is not YAML
 */
export function withStackConfig(
  text: string,
  values: Readonly<Record<string, string | number>>,
  path = "the configuration",
): string {
  const document = readDocument(text, path);
  for (const [key, value] of Object.entries(values)) {
    document.setIn(["config", `${NAMESPACE}${key}`], String(value));
  }
  // One setting a line, for people who edit it: what began as `{}` would stay a single line for ever.
  const config = document.get("config");
  if (isMap(config)) config.flow = false;
  return document.toString({ lineWidth: 0 });
}

/** Settings of an instance. */
export async function readStackConfig(path: string): Promise<StackConfig> {
  return parseStackConfig((await readIfThere(path)) ?? "", path);
}

/** Sets keys of an instance's configuration; the file is written only when something changes. */
export async function writeStackConfig(path: string, values: Readonly<Record<string, string | number>>): Promise<void> {
  const before = (await readIfThere(path)) ?? "config: {}\n";
  const after = withStackConfig(before, values, path);
  if (after !== before) await replaceFile(path, after);
}
