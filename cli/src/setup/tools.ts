/** A program of the operating system that a part of the set-up uses. */
export interface HostTool {
  readonly program: string;
  /** What it is used for, in the words of `doctor`. */
  readonly purpose: string;
  /** The Pulumi engine, or the image whose building uses it. */
  readonly neededFor: "engine" | "base" | "keycloak";
  /** Arguments that make it print its version, and how to find that in what it prints. */
  readonly version: { readonly args: readonly string[]; readonly pattern: RegExp };
  /** Oldest major (and minor) version that will do. */
  readonly atLeast?: readonly [number, number];
  /** A file that must be there beside the program. */
  readonly file?: string;
  /** Packages of Debian and Ubuntu that bring it; `a|b` stands for the first that the release has. */
  readonly packages: readonly string[];
}

/** Everything that building the engine and the images takes from the host. */
export const HOST_TOOLS: readonly HostTool[] = [
  {
    program: "go",
    purpose: "builds the Pulumi engine where its downloads are blocked",
    neededFor: "engine",
    version: { args: ["version"], pattern: /go(\d+)\.(\d+)/ },
    // From 1.21 on Go fetches the newer toolchain that go.mod asks for by itself.
    atLeast: [1, 21],
    packages: ["golang-go"],
  },
  {
    program: "debootstrap",
    purpose: "makes the base image from Debian's packages",
    neededFor: "base",
    version: { args: ["--version"], pattern: /(\d+)\.(\d+)/ },
    // On Ubuntu the keys of Debian's archive are a package that nothing else brings.
    file: "/usr/share/keyrings/debian-archive-keyring.gpg",
    packages: ["debootstrap", "debian-archive-keyring"],
  },
  {
    program: "java",
    purpose: "runs Maven",
    neededFor: "keycloak",
    version: { args: ["-version"], pattern: /version "(\d+)(?:\.(\d+))?/ },
    atLeast: [17, 0],
    packages: ["openjdk-17-jre-headless|default-jre-headless"],
  },
  {
    program: "mvn",
    purpose: "fetches Keycloak",
    neededFor: "keycloak",
    version: { args: ["--version"], pattern: /Maven (\d+)\.(\d+)/ },
    packages: ["maven"],
  },
];

/** First two numbers of a version, from what a program prints. */
export function parseVersion(tool: HostTool, text: string): readonly [number, number] | undefined {
  const match = tool.version.pattern.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? 0)];
}

/** True when a version is not older than the tool's lower bound. */
export function recentEnough(tool: HostTool, version: readonly [number, number]): boolean {
  if (tool.atLeast === undefined) return true;
  const [major, minor] = tool.atLeast;
  return version[0] > major || (version[0] === major && version[1] >= minor);
}
