import { access, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { obtainEngine } from "../obtainEngine.ts";
import { ENGINE_PARTS, type EnginePart } from "../parts.ts";
import { PULUMI_VERSION } from "../versions.ts";

/*
 * A machine in small: Pulumi's folder, a Go that builds at once, and the place of the official release on a port of this
 * machine. The programs are shell scripts that write down what they were asked.
 */

export interface EngineStage {
  readonly home: string;
  /** What the official place answers; 403 until it is set. */
  release: RequestListener;
  readonly requests: string[];
  /** Lines of progress of all calls. */
  readonly told: string[];
  obtain(options?: {
    from?: "any" | "modules";
    signal?: AbortSignal;
    onProgress?: (line: string) => void;
  }): ReturnType<typeof obtainEngine>;
  /** What `go build` was asked for, by the last word of its line, in order. */
  built(): Promise<string[]>;
  /** What Pulumi was asked, in order. */
  asked(): Promise<string[]>;
  /** Puts a program there as somebody else would; Pulumi by default in the pinned version. */
  install(id: EnginePart["id"], version?: string): Promise<void>;
  /** Archive as the official one, with these programs. */
  archive(programs?: Readonly<Record<string, string>>): Promise<Buffer>;
  /** First line of a part's file that says where it is from; undefined where there is none. */
  origin(id: EnginePart["id"]): Promise<string | undefined>;
  /** From now on what Go makes is this version of Pulumi. */
  goMakes(version: string): Promise<void>;
  /** Go gets as far as this target and no further, until it is called with undefined. */
  goStopsAt(target: string | undefined): Promise<void>;
  /** Pulumi can't download plugins. */
  blockPlugins(): Promise<void>;
  /** Changes one of our Go modules. */
  changeModules(): Promise<void>;
  has(path: string): Promise<boolean>;
  close(): Promise<void>;
}

export const fileOf = (id: EnginePart["id"]) => ENGINE_PARTS.find((part) => part.id === id)?.file ?? "";

/** @param limits how long an answer and the next byte are waited for */
export async function engineStage(limits = { answerMs: 5_000, stallMs: 5_000 }): Promise<EngineStage> {
  const dir = await mkdtemp(join(tmpdir(), "supalove-engine-"));
  const at = (...names: string[]) => join(dir, ...names);
  const home = at("home");
  const modules = at("modules");
  const program = async (file: string, text: string) => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\n${text}`);
    await chmod(file, 0o755);
  };
  /** A Pulumi that tells its version and installs plugins, as the real one: what is there whole is left as it is. */
  const pulumi = (from: string, version: string) => `# ${from}
echo "$@" >> ${at("asked")}
if [ "$1" = version ]; then echo v${version}; exit 0; fi
[ ! -e ${at("plugins-blocked")} ] || exit 1
folder="$PULUMI_HOME/plugins/resource-$4-v$5"
case "$*" in *--reinstall*) ;; *) [ -e "$folder" ] && [ ! -e "$folder.partial" ] && exit 0 ;; esac
mkdir -p "$folder"
printf '#!/bin/sh\\n# download\\n' > "$folder/pulumi-resource-$4"
chmod +x "$folder/pulumi-resource-$4"
rm -f "$folder.partial"
`;
  for (const name of ["cli", "language-host", "plugins"]) {
    await mkdir(join(modules, name), { recursive: true });
    await writeFile(join(modules, name, "go.mod"), `module ${name}\n`);
  }
  await program(
    at("bin", "go"),
    `if [ "$1" = env ]; then echo go1.26.0; exit 0; fi
while [ $# -gt 1 ]; do [ "$1" = -o ] && out=$2; shift; done
echo "$1" >> ${at("built")}
if [ "$(cat ${at("stop")} 2>/dev/null)" = "$1" ]; then printf half > "$out"; exec sleep 600; fi
case "$1" in
  */cmd/pulumi) cp ${at("made")} "$out" ;;
  *) printf '#!/bin/sh\\n# modules\\n' > "$out"; chmod +x "$out" ;;
esac
`,
  );
  const lines = async (name: string) => {
    const text = await readFile(at(name), "utf8").catch(() => "");
    return text.split("\n").filter((line) => line !== "");
  };
  const server: Server = createServer((request, response) => {
    stage.requests.push(`${request.method} ${request.url}`);
    stage.release(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pulumi.tar.gz`;

  const stage: EngineStage = {
    home,
    requests: [],
    told: [],
    release: (_request, response) => response.writeHead(403).end(),
    obtain: ({ onProgress, ...options } = {}) =>
      obtainEngine({
        config: { home, path: at("bin") },
        release: { url, ...limits },
        modules,
        onProgress: (line) => {
          stage.told.push(line);
          onProgress?.(line);
        },
        ...options,
      }),
    built: () => lines("built"),
    asked: () => lines("asked"),
    install: (id, version = PULUMI_VERSION) =>
      program(join(home, fileOf(id)), id === "pulumi" ? pulumi("somebody", version) : "# somebody\n"),
    async archive(programs = { pulumi: PULUMI_VERSION, "pulumi-language-nodejs": "" }) {
      await rm(at("release"), { recursive: true, force: true });
      for (const [name, version] of Object.entries(programs)) {
        const text = name === "pulumi" ? pulumi("download", version) : "# download\n";
        await program(at("release", "pulumi", name), text);
      }
      await execa("tar", ["-czf", at("release.tar.gz"), "-C", at("release"), "pulumi"]);
      return readFile(at("release.tar.gz"));
    },
    async origin(id) {
      const text = await readFile(join(home, fileOf(id)), "utf8").catch(() => undefined);
      return text?.split("\n")[1]?.replace("# ", "");
    },
    goMakes: (version) => program(at("made"), pulumi("modules", version)),
    goStopsAt: (target) => (target === undefined ? rm(at("stop"), { force: true }) : writeFile(at("stop"), target)),
    blockPlugins: () => writeFile(at("plugins-blocked"), ""),
    changeModules: () => writeFile(join(modules, "cli", "tools.go"), "package tools\n"),
    has: (path) =>
      access(join(home, path)).then(
        () => true,
        () => false,
      ),
    async close() {
      server.close();
      server.closeAllConnections();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await stage.goMakes(PULUMI_VERSION);
  return stage;
}
