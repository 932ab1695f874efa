import { PULUMI_VERSION } from "./versions.ts";

/** Where the official engine is had, and how long that is waited for. */
export interface Release {
  /** Archive of the engine and its language hosts; undefined where there is none for this machine. */
  readonly url: string | undefined;
  /** Without an answer for this long the download counts as blocked. */
  readonly answerMs: number;
  /** A download that moved no byte for this long is given up. */
  readonly stallMs: number;
}

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: "x64", arm64: "arm64" };

function releaseUrl(platform: NodeJS.Platform, arch: NodeJS.Architecture): string | undefined {
  const name = ARCHITECTURES[arch];
  if (platform !== "linux" || name === undefined) return undefined;
  return `https://get.pulumi.com/releases/sdk/pulumi-v${PULUMI_VERSION}-linux-${name}.tar.gz`;
}

export const OFFICIAL_RELEASE: Release = {
  url: releaseUrl(process.platform, process.arch),
  answerMs: 10_000,
  stallMs: 20_000,
};
