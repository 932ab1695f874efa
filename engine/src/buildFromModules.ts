import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { versionOf } from "./adopt.ts";
import type { EngineConfig } from "./config.ts";
import { EngineError } from "./errors.ts";
import { findGo } from "./findGo.ts";
import { type EnginePart, isPlugin, unfinishedMark } from "./parts.ts";
import { duration, goBuildLine, type Progress } from "./progress.ts";
import { recordPart } from "./stamp.ts";
import { PULUMI_VERSION } from "./versions.ts";

const CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const HOST_PACKAGE = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Our Go modules: where they are, and their digest. */
export interface GoModules {
  readonly folder: string;
  readonly sources: string;
}

/** What `go build` is told for a part. */
interface GoTarget {
  readonly module: string;
  readonly package: string;
  readonly linkerFlags: string;
}

function goTarget(part: EnginePart): GoTarget {
  if (part.id === "pulumi") {
    return { module: "cli", package: CLI_PACKAGE, linkerFlags: `-s -w -X ${VERSION_VARIABLE}=${PULUMI_VERSION}` };
  }
  if (part.id === "language-host") return { module: "language-host", package: HOST_PACKAGE, linkerFlags: "-s -w" };
  return { module: "plugins", package: `./${part.id}`, linkerFlags: "-s -w" };
}

/**
 * Builds parts of the engine from Go modules, one after the other: each uses all cores, and what they share is compiled
 * once. A finished part appears in one step and is kept; Go's own cache keeps the rest of an interrupted run.
 * @throws GoMissingError, EngineError with the end of the compiler's output
 */
export async function buildFromModules(
  config: EngineConfig,
  parts: readonly EnginePart[],
  { folder, sources }: GoModules,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const go = await findGo(config);
  if (go.fetchesToolchain) progress(`Go ${go.version} fetches a newer toolchain through the module proxy`);
  for (const [index, part] of parts.entries()) {
    const started = performance.now();
    const heading = `building ${part.title} from Go modules (${index + 1} of ${parts.length})`;
    progress(heading);
    await buildPart(
      config,
      { go: go.command, folder },
      part,
      (line) => progress(`${heading}: ${line}, ${duration(performance.now() - started)}`),
      signal,
    );
    await recordPart(config, part, "modules", sources);
  }
}

async function buildPart(
  config: EngineConfig,
  { go, folder: modules }: { readonly go: string; readonly folder: string },
  part: EnginePart,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { module, package: target, linkerFlags } = goTarget(part);
  const folder = join(config.home, dirname(part.file));
  await mkdir(folder, { recursive: true });
  // Beside its place, as a rename is one step only within a file system.
  const partial = await mkdtemp(join(config.home, "partial-"));
  const output = join(partial, "program");
  const tail: string[] = [];
  let compiled = 0;
  let downloaded = 0;
  try {
    // The same flags for all parts, or they share no compiled package.
    const tags = isPlugin(part) ? ["-tags=no_compose"] : [];
    const running = execa(go, ["build", "-v", "-trimpath", ...tags, "-ldflags", linkerFlags, "-o", output, target], {
      cwd: join(modules, module),
      env: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly", GOWORK: "off" },
      all: true,
      buffer: false,
      stdin: "ignore",
      ...(signal === undefined ? {} : { cancelSignal: signal }),
    });
    for await (const line of running.iterable({ from: "all" })) {
      const told = goBuildLine(line);
      if (told?.kind === "download") progress(`${++downloaded} modules fetched, now ${told.what}`);
      else if (told?.kind === "compile") progress(`${++compiled} packages compiled, now ${told.what}`);
      else tail.push(line);
    }
    await running;
    if (part.id === "pulumi") await requirePinned(config, output);
    await rename(output, join(config.home, part.file));
    if (isPlugin(part)) await rm(join(config.home, unfinishedMark(part)), { force: true });
  } catch (cause) {
    if (signal?.aborted === true || cause instanceof EngineError) throw cause;
    throw new EngineError(
      `building ${part.title} failed:\n${tail.slice(-15).join("\n")}\nFinished parts are kept; run it again to go on.`,
      { cause },
    );
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** @throws EngineError where the engine that was built is not the pinned one */
async function requirePinned(config: EngineConfig, program: string): Promise<void> {
  const version = await versionOf(config, program);
  if (version === PULUMI_VERSION) return;
  throw new EngineError(
    `the engine built from Go modules answers version ${version ?? "nothing"} instead of ${PULUMI_VERSION}: ` +
      "bring engine/modules/cli to the pinned version and run this again",
  );
}
