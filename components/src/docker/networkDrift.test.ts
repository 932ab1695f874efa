import { expect, it } from "vitest";
import { plannedChanges, Redactor } from "../preview/index.ts";
import { networkDrift, networkSteps } from "./networkDrift.ts";

const type = "docker:index/container:Container";
const urn = (name: string) => `urn:pulumi:i::supalove::${type}::${name}`;
const resource = (id: string, ...networks: string[]) => ({
  type,
  urn: urn(id),
  id,
  inputs: { networksAdvanced: networks.map((name) => ({ name, aliases: [id] })) },
});
const container = (id: string, ...networks: string[]) => ({ id, name: `i-${id}`, networks });
const deployment = {
  resources: [resource("api", "edge", "control"), resource("db", "control"), { type: "other", urn: "x" }],
};

it("finds nothing where running containers are where they belong, whatever stands still or is a stranger", () => {
  const there = [container("api", "control", "edge"), container("z")];
  expect(networkDrift(deployment, there)).toEqual([]);
  expect(networkDrift(undefined, there)).toEqual([]);
});

it("leaves out networks that are gone themselves: they are made first", () => {
  const there = [container("api", "edge"), container("db", "mine")];
  const drift = networkDrift(deployment, there, new Set(["control"]));
  expect(drift).toMatchObject([{ id: "db", lost: [], added: ["mine"] }]);
});

it("finds what a container was taken off and put on, and says it in words", () => {
  const drift = networkDrift(deployment, [container("api", "edge", "mine"), container("db")]);
  expect(drift).toMatchObject([
    { id: "api", lost: [{ name: "control", aliases: ["api"] }], added: ["mine"] },
    { id: "db", lost: [{ name: "control" }], added: [] },
  ]);
  const words = plannedChanges(networkSteps(drift), new Redactor([])).map(({ summary }) => summary);
  expect(words).toEqual([
    "the container i-api is changed: networks edge, mine -> control, edge",
    "the container i-db is changed: networks none -> control",
  ]);
});
