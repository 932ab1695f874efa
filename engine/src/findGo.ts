import { delimiter, join } from "node:path";
import { execa } from "execa";
import type { EngineConfig } from "./config.ts";
import { GoMissingError } from "./errors.ts";
import { GO_VERSION, GO_WITH_TOOLCHAINS } from "./versions.ts";

export interface GoInstallation {
  readonly command: string;
  readonly version: string;
  /** Whether it has to fetch the toolchain it wants through the module proxy. */
  readonly fetchesToolchain: boolean;
}

/** Compares `1.26.8` with `1.26`; missing parts count as nothing. */
export function isAtLeast(version: string, wanted: string): boolean {
  const parts = version.split(".").map((part) => Number.parseInt(part, 10) || 0);
  for (const [index, text] of wanted.split(".").entries()) {
    const difference = (parts[index] ?? 0) - Number(text);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Version out of `go env GOVERSION`, such as `go1.26.8` or `devel go1.27-abc`. */
export const goVersion = (text: string) => /go(\d+(?:\.\d+)*)/.exec(text)?.[1];

const NEXT_STEP = `install Go ${GO_VERSION} or newer (https://go.dev/dl, unpacked to /usr/local/go), or Pulumi itself`;

/** A Go that can build the engine, from PATH or the places it is unpacked to. @throws GoMissingError */
export async function findGo(config: EngineConfig): Promise<GoInstallation> {
  const places = [
    ...config.path.split(delimiter).filter((place) => place !== ""),
    "/usr/local/go/bin",
    "/usr/lib/go/bin",
  ];
  const versions: string[] = [];
  for (const place of new Set(places)) {
    const command = join(place, "go");
    // Outside any module, so that the Go that stands there answers, and no other one is fetched for it.
    const { stdout, failed } = await execa(command, ["env", "GOVERSION"], {
      cwd: "/",
      reject: false,
      env: { GOTOOLCHAIN: "local" },
    });
    const version = failed ? undefined : goVersion(stdout);
    if (version === undefined) continue;
    if (isAtLeast(version, GO_VERSION)) return { command, version, fetchesToolchain: false };
    if (isAtLeast(version, GO_WITH_TOOLCHAINS)) return { command, version, fetchesToolchain: true };
    versions.push(version);
  }
  if (versions.length === 0) throw new GoMissingError(`Go is not installed: ${NEXT_STEP}`);
  throw new GoMissingError(`Go ${versions.join(", ")} is too old: ${NEXT_STEP}`);
}
