import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadEngineConfig } from "./config.ts";
import { EngineError } from "./errors.ts";
import { obtainEngine } from "./obtainEngine.ts";
import { ENGINE_PARTS, isPlugin } from "./parts.ts";
import { OFFICIAL_RELEASE } from "./release.ts";
import { type EngineStage, engineStage, fileOf } from "./testing/engineStage.ts";
import { PULUMI_VERSION } from "./versions.ts";

const ALL = ENGINE_PARTS.map(({ id }) => id);
const PLUGINS = ENGINE_PARTS.filter(isPlugin).map(({ id }) => id);
const each = <T>(ids: readonly string[], origin: T) => Object.fromEntries(ids.map((id) => [id, origin]));

/** What the official place answers. */
const serve =
  (archive: Buffer): EngineStage["release"] =>
  (_request, response) =>
    response.writeHead(200, { "content-length": archive.length }).end(archive);

let stage: EngineStage;
const stages: EngineStage[] = [];
const newStage = async (limits?: Parameters<typeof engineStage>[0]) => {
  stage = await engineStage(limits);
  stages.push(stage);
  return stage;
};
beforeEach(async () => {
  await newStage();
});
afterEach(async () => {
  for (const each of stages.splice(0)) await each.close();
});

/** Parts by where they came from. */
const obtained = async (options?: Parameters<EngineStage["obtain"]>[0]) => {
  const { parts } = await stage.obtain(options);
  return Object.fromEntries(parts);
};
const leftovers = async () => (await readdir(stage.home)).filter((name) => name.startsWith("partial-"));
/** Part after part as it lies there, by who made it. */
const onDisk = async () =>
  Object.fromEntries(await Promise.all(ALL.map(async (id) => [id, await stage.origin(id)] as const)));
/** Stops Go at a target, and the call once it has got there. */
async function cutAt(target: string) {
  await stage.goStopsAt(target);
  const stop = new AbortController();
  const running = stage.obtain({ from: "modules", signal: stop.signal });
  const ended = expect(running).rejects.toThrow();
  for (let wait = 0; !(await stage.built()).includes(target) && wait < 500; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  stop.abort();
  await ended;
  await stage.goStopsAt(undefined);
}

it("is one call for all who ask at the same time, and a new one afterwards", async () => {
  const home = await mkdtemp(join(tmpdir(), "supalove-engine-"));
  try {
    const config = loadEngineConfig({ PULUMI_HOME: home, PATH: "/nowhere", HOME: home });
    const ask = () => obtainEngine({ config, from: "modules", signal: AbortSignal.abort() });
    const [first, second] = [ask(), ask()];
    expect(second).toBe(first);
    await expect(first).rejects.toThrow(/abort|cancel|Go/i);
    const third = ask();
    expect(third).not.toBe(first);
    await expect(third).rejects.toThrow(/abort|cancel|Go/i);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

describe("where the engine comes from", () => {
  it("takes what is there in the pinned version, and asks and builds nothing", async () => {
    for (const id of ALL) await stage.install(id);
    expect(await obtained()).toEqual(each(ALL, "found"));
    expect(await onDisk()).toEqual(each(ALL, "somebody"));
    expect([stage.requests, await stage.built()]).toEqual([[], []]);
  });

  it("starts no program at all the next time", async () => {
    for (const id of ALL) await stage.install(id);
    expect((await stage.obtain()).changed).toBe(false);
    const asked = await stage.asked();
    expect((await stage.obtain()).changed).toBe(false);
    expect(await stage.asked()).toEqual(asked);
  });

  it("downloads what is missing before it builds anything", async () => {
    stage.release = serve(await stage.archive());
    expect(await obtained()).toEqual(each(ALL, "download"));
    expect(await onDisk()).toEqual(each(ALL, "download"));
    expect(await stage.built()).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  it("builds what can't be downloaded, and says why", async () => {
    expect(await obtained()).toEqual(each(ALL, "modules"));
    expect(await onDisk()).toEqual(each(ALL, "modules"));
    expect(stage.told.join("\n")).toMatch(/127\.0\.0\.1\S* answered 403: building from Go modules instead/);
    expect((await stage.asked()).filter((line) => line.startsWith("plugin"))).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  it("builds plugins alone where only they can't be downloaded", async () => {
    stage.release = serve(await stage.archive());
    await stage.blockPlugins();
    expect(await obtained()).toEqual({
      pulumi: "download",
      "language-host": "download",
      ...each(PLUGINS, "modules"),
    });
    expect(await stage.built()).toEqual(PLUGINS.map((name) => `./${name}`));
  });

  it("asks nobody when it is told to build", async () => {
    stage.release = serve(await stage.archive());
    expect(await obtained({ from: "modules" })).toEqual(each(ALL, "modules"));
    expect(stage.requests).toEqual([]);
  });

  it("does not build an engine that was found because another program of it is downloaded", async () => {
    for (const id of ["pulumi", ...PLUGINS] as const) await stage.install(id);
    stage.release = serve(await stage.archive());
    expect(await obtained()).toMatchObject({ "language-host": "download", ...each(PLUGINS, "found") });
    expect(await stage.built()).toEqual([]);
  });
});

describe("a download", () => {
  it("counts as blocked after ten seconds without an answer", () => {
    expect(OFFICIAL_RELEASE).toMatchObject({ answerMs: 10_000 });
    expect(OFFICIAL_RELEASE.url).toMatch(/^https:\/\/get\.pulumi\.com\//);
  });

  it("that is not answered gives way to building; plugins are not tried then", async () => {
    await newStage({ answerMs: 300, stallMs: 60_000 });
    stage.release = () => undefined;
    expect(await obtained()).toEqual(each(ALL, "modules"));
    expect(stage.told.join("\n")).toContain("gave no answer: building from Go modules instead");
    expect((await stage.asked()).filter((line) => line.startsWith("plugin"))).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  it("of plugins alone is not tried either where nobody answers", async () => {
    await newStage({ answerMs: 300, stallMs: 60_000 });
    stage.release = () => undefined;
    for (const id of ["pulumi", "language-host"] as const) await stage.install(id);
    expect(await obtained()).toEqual({ pulumi: "found", "language-host": "found", ...each(PLUGINS, "modules") });
    expect((await stage.asked()).filter((line) => line.startsWith("plugin"))).toEqual([]);
  });

  it("of plugins alone fetches no archive of the engine", async () => {
    const archive = await stage.archive();
    let sent = 0;
    stage.release = (request, response) => {
      if (request.method === "GET") sent += archive.length;
      serve(archive)(request, response);
    };
    for (const id of ["pulumi", "language-host"] as const) await stage.install(id);
    expect(await obtained()).toEqual({ pulumi: "found", "language-host": "found", ...each(PLUGINS, "download") });
    expect(sent).toBe(0);
  });

  it("that stalls is given up", async () => {
    await newStage({ answerMs: 60_000, stallMs: 300 });
    const archive = await stage.archive();
    stage.release = (_request, response) => {
      response.writeHead(200, { "content-length": archive.length }).write(archive.subarray(0, 100));
    };
    expect(await obtained()).toEqual(each(ALL, "modules"));
    expect(stage.told.join("\n")).toContain("gave no answer");
    expect(await leftovers()).toEqual([]);
  });

  it("may take longer than an answer, as long as it moves", async () => {
    await newStage({ answerMs: 1_500, stallMs: 1_500 });
    const archive = await stage.archive();
    stage.release = async (_request, response) => {
      response.writeHead(200, { "content-length": archive.length });
      const step = Math.ceil(archive.length / 8);
      for (let at = 0; at < archive.length; at += step) {
        response.write(archive.subarray(at, at + step));
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      response.end();
    };
    expect(await obtained()).toEqual(each(ALL, "download"));
  });

  it.each([
    [
      "cut in the middle",
      (archive: Buffer): EngineStage["release"] =>
        (_request, response) => {
          response.writeHead(200, { "content-length": archive.length });
          response.write(archive.subarray(0, archive.length / 2), () => response.destroy());
        },
    ],
    [
      "cut by somebody who calls that the end",
      (archive: Buffer): EngineStage["release"] =>
        (_request, response) => {
          response.writeHead(200).end(archive.subarray(0, archive.length / 2));
        },
    ],
    [
      "a page that is no archive",
      (): EngineStage["release"] => (_request, response) => {
        response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in to this network</h1>");
      },
    ],
  ])("that is %s leaves nothing behind, and the engine is built", async (_title, answer) => {
    stage.release = answer(await stage.archive());
    expect(await obtained()).toEqual(each(ALL, "modules"));
    expect(await onDisk()).toEqual(each(ALL, "modules"));
    expect(await leftovers()).toEqual([]);
  });

  it.each([
    ["another version", { pulumi: "3.1.0", "pulumi-language-nodejs": "" }],
    ["no language host", { pulumi: PULUMI_VERSION }],
    ["no engine", { "pulumi-language-nodejs": "" }],
  ])("with %s in it is not taken", async (_title, programs) => {
    stage.release = serve(await stage.archive(programs as Record<string, string>));
    expect(await obtained()).toEqual(each(ALL, "modules"));
    expect(await onDisk()).toEqual(each(ALL, "modules"));
  });

  it("that somebody calls off is not followed by a build", async () => {
    const stop = new AbortController();
    stage.release = () => stop.abort();
    await expect(stage.obtain({ signal: stop.signal })).rejects.toThrow();
    expect(await stage.built()).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });
});

describe("what was cut off", () => {
  it("keeps finished parts, and goes on with the rest", async () => {
    await cutAt("./postgresql");
    expect(await stage.has(fileOf("postgresql"))).toBe(false);
    expect(await leftovers()).toEqual([]);
    const before = (await stage.built()).length;
    expect(await obtained({ from: "modules" })).toEqual(each(ALL, "modules"));
    expect((await stage.built()).slice(before)).toEqual(["./postgresql", "./keycloak", "./docker"]);
  });

  it("does not take a plugin for whole that Pulumi did not finish", async () => {
    for (const id of ALL) await stage.install(id);
    const mark = `${dirname(fileOf("keycloak"))}.partial`;
    await writeFile(join(stage.home, mark), "");
    expect(await obtained({ from: "modules" })).toEqual({ ...each(ALL, "found"), keycloak: "modules" });
    // Pulumi itself calls a plugin with this mark missing.
    expect(await stage.has(mark)).toBe(false);
  });

  it.each(["language-host", "docker"] as const)("gets %s anew whose file lost its end", async (id) => {
    await obtained({ from: "modules" });
    await truncate(join(stage.home, fileOf(id)), 3);
    const before = (await stage.built()).length;
    expect(await obtained({ from: "modules" })).toEqual(each(ALL, "modules"));
    expect((await stage.built()).slice(before)).toHaveLength(1);
    expect(await stage.origin(id)).toBe("modules");
  });

  it("does not take an empty file for a plugin", async () => {
    for (const id of ALL) await stage.install(id);
    await truncate(join(stage.home, fileOf("random")), 0);
    expect(await obtained({ from: "modules" })).toEqual({ ...each(ALL, "found"), random: "modules" });
  });

  it("looks anew when the stamp itself is damaged", async () => {
    await obtained({ from: "modules" });
    const stamp = join(stage.home, "supalove-engine.json");
    await truncate(stamp, Math.floor((await readFile(stamp)).length / 2));
    const before = await stage.built();
    expect(await obtained()).toEqual(each(ALL, "found"));
    expect(await stage.built()).toEqual(before);
  });

  it("is told again and again when what Go made is not the pinned version", async () => {
    await stage.goMakes("3.1.0");
    for (let time = 0; time < 2; time++) {
      const refused = stage.obtain({ from: "modules" });
      await expect(refused).rejects.toThrow(EngineError);
      await expect(refused).rejects.toThrow(/3\.1\.0 instead of/);
    }
    await stage.goMakes(PULUMI_VERSION);
    expect(await obtained({ from: "modules" })).toMatchObject({ pulumi: "modules" });
  });
});

describe("another Pulumi that is there", () => {
  beforeEach(async () => {
    await stage.install("pulumi", "3.1.0");
    await stage.install("language-host");
  });

  it("is set aside with its language host, not lost, and not used", async () => {
    expect(await obtained({ from: "modules" })).toEqual(each(ALL, "modules"));
    expect(await stage.has("bin/pulumi-3.1.0")).toBe(true);
    expect(await stage.has("bin/pulumi-language-nodejs-3.1.0")).toBe(true);
    expect(await readFile(join(stage.home, "bin/pulumi-3.1.0"), "utf8")).toContain("# somebody");
    expect(await onDisk()).toEqual(each(ALL, "modules"));
    expect(stage.told.join("\n")).toContain("Pulumi 3.1.0 was here already; it is kept as ");
  });

  it("makes way for a download, too", async () => {
    stage.release = serve(await stage.archive());
    expect(await obtained()).toEqual(each(ALL, "download"));
    expect(await stage.has("bin/pulumi-3.1.0")).toBe(true);
  });

  it("does not lend its language host to an engine whose set-up was cut off", async () => {
    await cutAt("github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs");
    expect(await obtained({ from: "modules" })).toEqual(each(ALL, "modules"));
    expect(await stage.origin("language-host")).toBe("modules");
  });

  it("is where it was when none can be had in its place", async () => {
    await cutAt("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi");
    expect(await stage.origin("pulumi")).toBe("somebody");
    expect(await stage.origin("language-host")).toBe("somebody");
    expect(await stage.has("bin/pulumi-3.1.0")).toBe(false);
  });
});

describe("changed sources", () => {
  it("have what was built from them built again, and nothing else", async () => {
    for (const id of PLUGINS.slice(1)) await stage.install(id);
    await obtained({ from: "modules" });
    const before = (await stage.built()).length;
    await stage.changeModules();
    expect(await obtained({ from: "modules" })).toMatchObject({ random: "modules", docker: "found" });
    expect((await stage.built()).slice(before)).toHaveLength(3);
    expect((await stage.obtain()).changed).toBe(false);
  });

  it("have the old build replaced by a download where there is one now", async () => {
    await obtained({ from: "modules" });
    await stage.changeModules();
    stage.release = serve(await stage.archive());
    expect(await obtained()).toEqual(each(ALL, "download"));
    expect(await onDisk()).toEqual(each(ALL, "download"));
  });
});
