import { createWriteStream } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { execa } from "execa";
import { versionOf } from "./adopt.ts";
import type { EngineConfig } from "./config.ts";
import { ENGINE_PARTS, isPlugin } from "./parts.ts";
import type { Progress } from "./progress.ts";
import type { Release } from "./release.ts";
import { PLUGIN_VERSIONS, type PluginName, PULUMI_VERSION } from "./versions.ts";

const NO_ARCHIVE = `there is no official archive for ${process.platform} ${process.arch}`;
const NO_ANSWER = "gave no answer";
const UNREACHED = "could not be reached";

/**
 * Takes the official engine and language hosts into Pulumi's folder.
 * @returns why it could not be had, or undefined when it is there
 */
export async function downloadEngine(
  config: EngineConfig,
  release: Release,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { url } = release;
  if (url === undefined) return NO_ARCHIVE;
  progress("asking for the official Pulumi release");
  await mkdir(config.home, { recursive: true });
  const partial = await mkdtemp(join(config.home, "partial-"));
  try {
    const archive = join(partial, "pulumi.tar.gz");
    const refusal = await fetchFile(url, release, archive, progress, signal);
    if (refusal !== undefined) return refusal;
    const flaw = await unpack(config, archive, partial, signal);
    if (flaw !== undefined) return `the archive of ${new URL(url).host} ${flaw}`;
    const bin = join(config.home, "bin");
    await mkdir(bin, { recursive: true });
    // The engine last: it is what others look for.
    const names = (await readdir(join(partial, "pulumi"))).filter((name) => name !== "pulumi");
    for (const name of [...names, "pulumi"]) {
      await rename(join(partial, "pulumi", name), join(bin, name));
    }
    return undefined;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/**
 * Unpacks the engine and tries it, before anything is put in its place: what answers the download may be somebody's sign-in
 * page, or an archive that was cut.
 * @returns what is wrong with it
 */
async function unpack(
  config: EngineConfig,
  archive: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { failed } = await execa("tar", ["-xzf", archive, "-C", folder], {
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (failed) return "can't be unpacked";
  const programs = join(folder, "pulumi");
  for (const { title, file } of ENGINE_PARTS.filter((part) => !isPlugin(part))) {
    const there = await stat(join(programs, basename(file))).catch(() => undefined);
    if (!there?.isFile()) return `lacks ${title}`;
  }
  for (const name of await readdir(programs)) await chmod(join(programs, name), 0o755);
  const version = await versionOf(config, join(programs, "pulumi"));
  return version === PULUMI_VERSION ? undefined : `holds an engine of version ${version ?? "unknown"}`;
}

/**
 * Asks whether the place of the official release answers, where nothing of it is needed but the plugins beside it.
 * @returns why not, or undefined when it does
 */
export async function releaseRefusal(
  { url, answerMs }: Release,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (url === undefined) return NO_ARCHIVE;
  const { host } = new URL(url);
  const late = AbortSignal.timeout(answerMs);
  try {
    const signals = AbortSignal.any(signal === undefined ? [late] : [late, signal]);
    const { ok, status } = await fetch(url, { method: "HEAD", signal: signals });
    return ok ? undefined : `${host} answered ${status}`;
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    return `${host} ${late.aborted ? NO_ANSWER : UNREACHED}`;
  }
}

async function fetchFile(
  url: string,
  { answerMs, stallMs }: Release,
  file: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const giveUp = new AbortController();
  const signals = AbortSignal.any(signal === undefined ? [giveUp.signal] : [giveUp.signal, signal]);
  let timer = setTimeout(() => giveUp.abort(), answerMs);
  const moved = () => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp.abort(), stallMs);
  };
  try {
    const response = await fetch(url, { signal: signals });
    if (!response.ok || response.body === null) return `${new URL(url).host} answered ${response.status}`;
    moved();
    const total = Number(response.headers.get("content-length") ?? 0);
    let received = 0;
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    body.on("data", (chunk: Uint8Array) => {
      moved();
      received += chunk.length;
      const of = total > 0 ? ` of ${Math.round(total / 1e6)}` : "";
      progress(`downloading Pulumi: ${Math.round(received / 1e6)}${of} MB`);
    });
    await pipeline(body, createWriteStream(file));
    return undefined;
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    return `${new URL(url).host} ${giveUp.signal.aborted ? NO_ANSWER : UNREACHED}`;
  } finally {
    clearTimeout(timer);
  }
}

/** Installs an official plugin with the engine that is there. @returns whether it worked */
export async function downloadPlugin(
  config: EngineConfig,
  name: PluginName,
  progress: Progress,
  signal?: AbortSignal,
): Promise<boolean> {
  const version = PLUGIN_VERSIONS[name];
  progress(`downloading the ${name} plugin ${version}`);
  const result = await execa(
    join(config.home, "bin", "pulumi"),
    // Without `--reinstall` one that is there, built by us from older sources, is left as it is.
    ["plugin", "install", "resource", name, version, "--exact", "--reinstall"],
    {
      reject: false,
      stdin: "ignore",
      timeout: 300_000,
      env: { PULUMI_HOME: config.home, PULUMI_SKIP_UPDATE_CHECK: "true" },
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    },
  );
  signal?.throwIfAborted();
  return !result.failed;
}
