import { dockerEngine } from "@supalove/components/docker/dockerEngine.ts";
import { LABELS, newProjectRef, type ServerPlace, stackName } from "@supalove/contracts";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeUnknown } from "./removeUnknown.ts";
import { stackFileDrift } from "./stackFiles.ts";

const endpoint = "unix:///var/run/docker.sock";
const docker = dockerEngine(endpoint, 60);
const ref = newProjectRef();
const place: ServerPlace = {
  kind: "server",
  endpoint,
  instance: "supalove-test",
  bindAddress: "127.0.0.1",
  edgeNetwork: "none",
  reachedAt: null,
  cores: null,
};
const PATH = "/etc/given/given.conf";
const CONTENT = "listen 8080;\n";
const SIGNATURE = "4dabf18193072939515e22adb298388d";

const made = new Set<Docker.Container>();
async function make(name: string, labels: Record<string, string>): Promise<Docker.Container> {
  const container = await docker.createContainer({
    name: stackName(place.instance, ref, name),
    Image: "supalove/postgres:dev",
    Entrypoint: ["sleep", "600"],
    User: "0",
    Labels: { ...labels, "supalove.test": ref },
    HostConfig: { NetworkMode: "none", Init: true },
  });
  made.add(container);
  return container;
}
const mine = { [LABELS.instance]: place.instance, [LABELS.project]: ref };

async function put(container: Docker.Container, path: string, content: string): Promise<void> {
  const archive = pack();
  archive.entry({ name: path.slice(1), mode: 0o444 }, content);
  archive.finalize();
  await container.putArchive(archive, { path: "/" });
}
async function inside(container: Docker.Container, ...command: string[]): Promise<void> {
  const exec = await container.exec({ Cmd: command, AttachStdout: true });
  const stream = await exec.start({});
  stream.resume();
  await new Promise((resolve) => stream.once("end", resolve));
  expect((await exec.inspect()).ExitCode).toBe(0);
}

const stateOf = (id: string) => ({
  resources: [
    {
      type: "docker:index/container:Container",
      urn: "urn:gateway",
      id,
      inputs: {
        uploads: [{ file: PATH, content: { [SIGNATURE]: "x", plaintext: JSON.stringify(CONTENT) } }],
      },
    },
  ],
});
const drift = ({ id }: Docker.Container) => stackFileDrift(place, ref, stateOf(id));
const CHANGED = [{ urn: "urn:gateway", paths: [PATH] }];

let container: Docker.Container;
beforeEach(async () => {
  container = await make("gateway", mine);
  await put(container, PATH, CONTENT);
  await container.start();
});
afterEach(async () => {
  for (const each of made) await each.remove({ force: true }).catch(() => undefined);
  made.clear();
});

describe("files that a container was given", () => {
  it("are no drift as they were given, whether it runs or not", async () => {
    expect(await drift(container)).toEqual([]);
    await container.kill();
    expect(await drift(container)).toEqual([]);
  });

  it.each([
    ["a letter of it changed", ["sed", "-i", "s/8080/8081/", PATH]],
    ["something added", ["sh", "-c", `echo 'allow all;' >> ${PATH}`]],
    ["nothing left in it", ["truncate", "-s", "0", PATH]],
    ["taken away", ["rm", PATH]],
    ["made a link to the same words", ["sh", "-c", `cp ${PATH} /tmp/x && rm ${PATH} && ln -s /tmp/x ${PATH}`]],
    [
      "made a folder with a file of the same words",
      ["sh", "-c", `cp ${PATH} /x; rm ${PATH}; mkdir ${PATH}; mv /x ${PATH}/x`],
    ],
    ["its folder made a file", ["sh", "-c", "rm -r /etc/given; echo x > /etc/given"]],
    ["made very large", ["truncate", "-s", "64M", PATH]],
  ])("are found with %s", async (_, command) => {
    await inside(container, ...command);
    expect(await drift(container)).toEqual(CHANGED);
  });

  it("are nothing to tell of where the container is gone or another project's", async () => {
    const foreign = await make("other", { ...mine, [LABELS.project]: newProjectRef() });
    expect(await drift(foreign)).toEqual([]);
    await container.remove({ force: true });
    expect(await drift(container)).toEqual([]);
  });
});

describe("a container that somebody made by hand in the place of another", () => {
  const there = async ({ id }: Docker.Container) =>
    (await docker.listContainers({ all: true })).some(({ Id }) => Id === id);

  it("is taken away, and none that the state knows, or that only has a similar name", async () => {
    const unlabelled = await make("rest", {});
    const similar = await docker.createContainer({
      name: `x${stackName(place.instance, ref, "rest")}`,
      Image: "supalove/postgres:dev",
      Labels: { "supalove.test": ref },
    });
    made.add(similar);
    const beside = await make("pgadmin", {});
    await removeUnknown(place, ref, stateOf(container.id));
    expect(await Promise.all([unlabelled, container, similar, beside].map(there))).toEqual([false, true, true, true]);
  });
});
