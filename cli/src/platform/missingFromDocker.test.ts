import { describe, expect, it } from "vitest";
import type { ContainerInfo } from "../docker/docker.ts";
import { createdAnew, missingThings, refuseLostData, strandedIn } from "./missingFromDocker.ts";

const urn = (type: string, name: string) => `urn:pulumi:i::supalove::${type}::${name}`;
const resource = (type: string, name: string, id: string) => ({ type, urn: urn(type, name), id });
const deployment = {
  resources: [
    { type: "pulumi:pulumi:Stack", urn: urn("pulumi:pulumi:Stack", "supalove-i") },
    resource("docker:index/container:Container", "api", "c1"),
    resource("docker:index/network:Network", "control", "n1"),
    resource("docker:index/volume:Volume", "shared-db-data", "i-shared-db-data"),
    resource("docker:index/volume:Volume", "prometheus-data", "i-prometheus-data"),
    resource("docker:index/remoteImage:RemoteImage", "image", "sha256:1"),
  ],
};
const things = (container: string[], network: string[], volume: string[]) => ({
  container: new Set(container),
  network: new Set(network),
  volume: new Set(volume),
});
const VOLUMES = ["i-shared-db-data", "i-prometheus-data"];

describe("missingThings", () => {
  it("is empty where everything is there, and for a state that is empty", () => {
    expect(missingThings(deployment, things(["c1", "c2"], ["n1"], VOLUMES))).toEqual([]);
    expect(missingThings(undefined, things([], [], []))).toEqual([]);
  });

  it("finds containers, networks and volumes", () => {
    const missing = missingThings(deployment, things([], [], ["i-shared-db-data"]));
    expect(missing.map(({ kind, id }) => [kind, id])).toEqual([
      ["container", "c1"],
      ["network", "n1"],
      ["volume", "i-prometheus-data"],
    ]);
    expect(createdAnew(missing)).toContainEqual(
      expect.objectContaining({ op: "create", type: "docker:index/network:Network", newInputs: { name: "n1" } }),
    );
    expect(() => refuseLostData(missing)).not.toThrow();
  });

  it("finds containers that a lost network has stranded, but none that runs", () => {
    const container = (Id: string, Status: string, NetworkID: string) =>
      ({ Id, State: { Status }, NetworkSettings: { Networks: { any: { NetworkID } } } }) as unknown as ContainerInfo;
    const all = [container("c1", "exited", "n0"), container("c2", "running", "n0"), container("c3", "exited", "n1")];
    const stranded = strandedIn([...all, container("c4", "created", "")], new Set(["n1"]));
    expect([...stranded]).toEqual(["c1"]);
    const missing = missingThings(deployment, things(["c1"], ["n1"], VOLUMES), stranded);
    expect(missing).toMatchObject([{ kind: "container", id: "c1", stranded: true }]);
  });

  it("stops for a database's volume, naming it", () => {
    const missing = missingThings(deployment, things(["c1"], ["n1"], []));
    expect(() => refuseLostData(missing)).toThrow("the volume i-shared-db-data is gone");
  });
});
