import { dockerEngine } from "@supalove/components/docker/dockerEngine.ts";
import { LABELS, newProjectRef, type ServerPlace } from "@supalove/contracts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { removeUnknown } from "./removeUnknown.ts";
import { mendStackNetworks, removeStranded, stackNetworkDrift } from "./stackNetworks.ts";

const endpoint = "unix:///var/run/docker.sock";
const docker = dockerEngine(endpoint, 60);
const ref = newProjectRef();
const network = `supalove-test-${ref}`;
const place: ServerPlace = {
  kind: "server",
  endpoint,
  instance: `supalove-test-${ref}`,
  bindAddress: "127.0.0.1",
  edgeNetwork: "none",
  reachedAt: null,
  cores: null,
};
const Labels = { [LABELS.instance]: place.instance, [LABELS.project]: ref, "supalove.test": network };

async function start(name: string): Promise<string> {
  const container = await docker.createContainer({
    name: `${network}-${name}`,
    Image: "supalove/postgres:dev",
    Entrypoint: ["sleep", "600"],
    Labels,
    HostConfig: { NetworkMode: network, Init: true },
  });
  await container.start();
  return container.id;
}

const makeNetwork = () => docker.createNetwork({ Name: network, Internal: true, Labels });
const drift = async (id: string) =>
  stackNetworkDrift(place, ref, {
    resources: [
      {
        type: "docker:index/container:Container",
        urn: "urn:x",
        id,
        inputs: { networksAdvanced: [{ name: network, aliases: ["db"] }] },
      },
    ],
  });

let runs: string;
let stands: string;
beforeAll(async () => {
  await makeNetwork();
  runs = await start("runs");
  stands = await start("stands");
});
afterAll(async () => {
  for (const id of [runs, stands]) {
    await docker
      .getContainer(id)
      .remove({ force: true })
      .catch(() => undefined);
  }
  await docker
    .getNetwork(network)
    .remove()
    .catch(() => undefined);
});

it("a network that is gone is told, what it has stranded is removed, and what runs is put on it once it is there", async () => {
  await removeStranded(place, ref);
  expect(await docker.listContainers({ filters: { label: [`${LABELS.project}=${ref}`] } })).toHaveLength(2);
  await docker.getContainer(stands).stop({ t: 0 });
  await docker.getNetwork(network).disconnect({ Container: runs, Force: true });
  await docker.getNetwork(network).remove();

  await removeStranded(place, ref);
  const left = await docker.listContainers({ all: true, filters: { label: [`${LABELS.project}=${ref}`] } });
  expect(left.map(({ Id }) => Id)).toEqual([runs]);
  expect(await mendStackNetworks(place, await drift(runs))).toBe(true);

  await makeNetwork();
  expect(await mendStackNetworks(place, await drift(runs))).toBe(false);
  expect(await drift(runs)).toEqual([]);
});

it("a container that no state knows is removed, whether it runs or not; those that it knows stay", async () => {
  const unknown = await start("unknown");
  const stopped = await start("unknown-too");
  await docker.getContainer(stopped).stop({ t: 0 });
  const resources = [{ type: "docker:index/container:Container", urn: "urn:x", id: runs }];
  await removeUnknown(place, ref, { resources });
  const left = await docker.listContainers({ all: true, filters: { label: [`${LABELS.project}=${ref}`] } });
  expect(left.map(({ Id }) => Id)).toEqual([runs]);
  await expect(docker.getContainer(unknown).inspect()).rejects.toMatchObject({ statusCode: 404 });
});
