import { createWriteStream } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { execa } from "execa";
import type { EngineConfig } from "./config.ts";
import type { Progress } from "./progress.ts";
import { PLUGIN_VERSIONS, type PluginName, PULUMI_VERSION } from "./versions.ts";

/** Without an answer for this long the download counts as blocked. */
const ANSWER_TIMEOUT_MS = 10_000;
/** A download that moved no byte for this long is given up. */
const STALL_TIMEOUT_MS = 20_000;

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: "x64", arm64: "arm64" };

/** Official archive of the pinned engine for a machine; undefined where there is none. */
export function releaseUrl(platform: NodeJS.Platform, arch: NodeJS.Architecture): string | undefined {
  const name = ARCHITECTURES[arch];
  if (platform !== "linux" || name === undefined) return undefined;
  return `https://get.pulumi.com/releases/sdk/pulumi-v${PULUMI_VERSION}-linux-${name}.tar.gz`;
}

/**
 * Takes the official engine and language hosts into Pulumi's folder.
 * @returns why it could not be had, or undefined when it is there
 */
export async function downloadEngine(
  config: EngineConfig,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const url = releaseUrl(process.platform, process.arch);
  if (url === undefined) return `there is no official archive for ${process.platform} ${process.arch}`;
  progress("asking for the official Pulumi release");
  await mkdir(config.home, { recursive: true });
  const partial = await mkdtemp(join(config.home, "partial-"));
  try {
    const archive = join(partial, "pulumi.tar.gz");
    const refusal = await fetchFile(url, archive, progress, signal);
    if (refusal !== undefined) return refusal;
    await execa("tar", ["-xzf", archive, "-C", partial]);
    const bin = join(config.home, "bin");
    await mkdir(bin, { recursive: true });
    // The engine last: it is what others look for.
    const names = (await readdir(join(partial, "pulumi"))).filter((name) => name !== "pulumi");
    for (const name of [...names, "pulumi"]) {
      await chmod(join(partial, "pulumi", name), 0o755);
      await rename(join(partial, "pulumi", name), join(bin, name));
    }
    return undefined;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function fetchFile(
  url: string,
  file: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const giveUp = new AbortController();
  const signals = AbortSignal.any(signal === undefined ? [giveUp.signal] : [giveUp.signal, signal]);
  let timer = setTimeout(() => giveUp.abort(), ANSWER_TIMEOUT_MS);
  const moved = () => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp.abort(), STALL_TIMEOUT_MS);
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
    return giveUp.signal.aborted ? `${new URL(url).host} gave no answer` : `${new URL(url).host} could not be reached`;
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
    ["plugin", "install", "resource", name, version, "--exact"],
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
