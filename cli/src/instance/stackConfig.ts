import { parseDocument } from "yaml";
import { z } from "zod";
import { CliError } from "../errors.ts";
import { readIfThere, replaceFile } from "./atomicFile.ts";

/** The keys of the base stack's configuration that the command line reads or writes (namespace `supalove`). */
export const StackConfig = z.object({
  /** First port of the instance's block; absent for the documented default ports. */
  portBase: z.coerce.number().int().min(1024).max(65_000).optional(),
  bindAddress: z.string().default("127.0.0.1"),
  imageSet: z.enum(["local", "upstream"]).default("local"),
  /** PostGIS and pgRouting in the image of the database servers. */
  postgis: z.union([z.boolean(), z.stringbool()], "not true or false").default(false),
});
export type StackConfig = z.infer<typeof StackConfig>;

const NAMESPACE = "supalove:";

/** Reads the settings out of a `Pulumi.<stack>.yaml`. @throws CliError naming the key that is wrong */
export function parseStackConfig(text: string, path: string): StackConfig {
  const whole = z
    .object({ config: z.record(z.string(), z.unknown()).nullish() })
    .nullish()
    .safeParse(parseDocument(text).toJS());
  if (!whole.success)
    throw new CliError(`${path} is not a stack configuration`, "mend it, or restore it from a backup");
  const entries = Object.entries(whole.data?.config ?? {}).filter(([key]) => key.startsWith(NAMESPACE));
  const own = StackConfig.safeParse(Object.fromEntries(entries.map(([key, v]) => [key.slice(NAMESPACE.length), v])));
  if (own.success) return own.data;
  const issue = own.error.issues[0];
  throw new CliError(
    `setting ${NAMESPACE}${issue?.path.join(".") ?? ""} in ${path} is wrong: ${issue?.message ?? "unknown reason"}`,
    "correct it in that file and run this again",
  );
}

/** Text of a stack configuration with some of our keys set; everything else in it, comments included, stays. */
export function withStackConfig(text: string, values: Readonly<Record<string, string | number>>): string {
  const document = parseDocument(text);
  for (const [key, value] of Object.entries(values)) {
    document.setIn(["config", `${NAMESPACE}${key}`], String(value));
  }
  return document.toString({ lineWidth: 0 });
}

/** Settings of an instance. */
export async function readStackConfig(path: string): Promise<StackConfig> {
  return parseStackConfig((await readIfThere(path)) ?? "", path);
}

/** Sets keys of an instance's configuration; the file is written only when something changes. */
export async function writeStackConfig(path: string, values: Readonly<Record<string, string | number>>): Promise<void> {
  const before = (await readIfThere(path)) ?? "config: {}\n";
  const after = withStackConfig(before, values);
  if (after !== before) await replaceFile(path, after);
}
