import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImagesConfig } from "./config.ts";
import { DebianMirrorError } from "./errors.ts";

/** Where Debian packages come from. Never written to a committed file: it is the host's own choice. */
export interface DebianMirror {
  /** Root of the archive, the folder that holds `dists` and `pool`. */
  readonly main: string;
  /** Root of the security archive. */
  readonly security: string;
  /** A frozen snapshot: its Release files are past their date, which apt must be told to accept. */
  readonly snapshot: boolean;
}

/** One archive of an apt source, whatever format it was written in. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  readonly checkValidUntil: boolean;
}

const words = (text: string | undefined) => (text ?? "").split(/\s+/).filter((word) => word !== "");
const isNo = (text: string | undefined) => /^(no|false|0|off)$/i.test(text ?? "");

/** Reads `sources.list` format: `deb [options] uri suite component...`. */
export function parseOneLineSources(text: string): AptSource[] {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) return [];
    const option = words(match[1]).find((word) => word.toLowerCase().startsWith("check-valid-until="));
    return [
      {
        uri: match[2] ?? "",
        suites: [match[3] ?? ""],
        components: words(match[4]),
        checkValidUntil: !isNo(option?.split("=")[1]),
      },
    ];
  });
}

/** Reads deb822 format (`*.sources`): stanzas of `Field: value`, continued on indented lines. */
export function parseDeb822Sources(text: string): AptSource[] {
  const withoutComments = text.replace(/^#.*\n?/gm, "");
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map<string, string>();
    let current = "";
    for (const line of stanza.split("\n")) {
      const field = /^([A-Za-z0-9-]+):(.*)$/.exec(line);
      if (field !== null) {
        current = (field[1] ?? "").toLowerCase();
        fields.set(current, field[2] ?? "");
      } else if (/^\s/.test(line)) {
        fields.set(current, `${fields.get(current) ?? ""} ${line}`);
      }
    }
    if (isNo(fields.get("enabled")?.trim()) || !words(fields.get("types")).includes("deb")) return [];
    return words(fields.get("uris")).map((uri) => ({
      uri,
      suites: words(fields.get("suites")),
      components: words(fields.get("components")),
      checkValidUntil: !isNo(fields.get("check-valid-until")?.trim()),
    }));
  });
}

/**
 * Chooses the mirror among a Debian host's sources: the archive that carries the host's own release.
 * @param codename the host's release, such as `bookworm`
 * @throws DebianMirrorError when none carries it, or the address holds a password (it would end up in an image)
 */
export function chooseMirror(sources: readonly AptSource[], codename: string): DebianMirror {
  const usable = sources.filter((source) => /^https?:\/\//.test(source.uri) && source.components.includes("main"));
  const main = usable.find((source) => source.suites.includes(codename));
  if (main === undefined) throw new DebianMirrorError(noMirror(`no apt source on this host carries ${codename} main`));
  const security = usable.find((source) =>
    source.suites.some((suite) => suite === `${codename}-security` || suite === `${codename}/updates`),
  );
  const mirror = {
    main: trimSlash(main.uri),
    security: security === undefined ? securityOf(main.uri) : trimSlash(security.uri),
    snapshot: [main, security].some(
      (source) => source !== undefined && (!source.checkValidUntil || /\/\d{8}T\d{6}Z\/?$/.test(source.uri)),
    ),
  };
  return withoutPassword(mirror);
}

/** The mirror images are built from: by config, else the host's own apt source. @throws DebianMirrorError */
export async function findDebianMirror(config: ImagesConfig, root = "/"): Promise<DebianMirror> {
  if (config.debianMirror !== undefined) {
    return withoutPassword({
      main: trimSlash(config.debianMirror),
      security: trimSlash(config.debianSecurityMirror ?? securityOf(config.debianMirror)),
      snapshot: /\/\d{8}T\d{6}Z\/?$/.test(config.debianMirror),
    });
  }
  const release = parseOsRelease(await readFile(join(root, "etc/os-release"), "utf8").catch(() => ""));
  if (release.id !== "debian") throw new DebianMirrorError(noMirror("this host is not Debian"));
  return chooseMirror(await readHostSources(root), release.codename);
}

/** apt's `sources.list` for a release of the mirror. */
export function sourcesList(mirror: DebianMirror, release: string): string {
  const options = mirror.snapshot ? "[check-valid-until=no] " : "";
  return [
    `deb ${options}${mirror.main} ${release} main`,
    `deb ${options}${mirror.main} ${release}-updates main`,
    `deb ${options}${mirror.security} ${release}-security main`,
    "",
  ].join("\n");
}

async function readHostSources(root: string): Promise<AptSource[]> {
  const apt = join(root, "etc/apt");
  const parts = await readdir(join(apt, "sources.list.d")).catch(() => []);
  const files = [join(apt, "sources.list"), ...parts.sort().map((part) => join(apt, "sources.list.d", part))];
  const read = files.map(async (file) => {
    if (file.endsWith(".list")) return parseOneLineSources(await readFile(file, "utf8").catch(() => ""));
    if (file.endsWith(".sources")) return parseDeb822Sources(await readFile(file, "utf8"));
    return [];
  });
  return (await Promise.all(read)).flat();
}

function parseOsRelease(text: string): { id: string; codename: string } {
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return { id: value("ID"), codename: value("VERSION_CODENAME") };
}

const trimSlash = (uri: string) => uri.replace(/\/+$/, "");

/** `.../debian` has its security archive beside it; so have snapshots (`.../debian/<date>`). */
const securityOf = (uri: string) => trimSlash(uri).replace(/\/debian(\/\d{8}T\d{6}Z)?$/, "/debian-security$1");

const noMirror = (why: string) =>
  `${why}: set SUPALOVE_DEBIAN_MIRROR to a Debian mirror, such as the one your country or company runs`;

function withoutPassword(mirror: DebianMirror): DebianMirror {
  for (const uri of [mirror.main, mirror.security]) {
    if (new URL(uri).password !== "") {
      throw new DebianMirrorError(
        noMirror("the apt source's address holds a password, which would end up in the images"),
      );
    }
  }
  return mirror;
}
