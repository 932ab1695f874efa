import { dockerEngine } from "@supalove/components/docker/dockerEngine.ts";
import { newProjectRef } from "@supalove/contracts";
import { afterAll, expect, it } from "vitest";
import { sleepUntil } from "../testing/sleepUntil.ts";
import { dockerStacks } from "./dockerStacks.ts";

const endpoint = "unix:///var/run/docker.sock";
const docker = dockerEngine(endpoint, 60);
const instance = `supalove-test-${newProjectRef()}`;
const made: string[] = [];

afterAll(async () => {
  for (const id of made) await docker.getContainer(id).remove({ force: true });
});

/** A container, with a probe that says what it is told; without one where it is told nothing. */
async function make(name: string, probe?: string[], starts = true): Promise<string> {
  const container = await docker.createContainer({
    name,
    Image: "supalove/postgres:dev",
    Entrypoint: ["sleep", "600"],
    Healthcheck:
      probe === undefined
        ? { Test: ["NONE"] }
        : { Test: ["CMD", ...probe], Interval: 1e9, Timeout: 5e9, StartPeriod: 1e6, Retries: 1 },
    HostConfig: { NetworkMode: "none", Init: true },
  });
  made.push(container.id);
  if (starts) await container.start();
  return container.id;
}

it("tells the states of all containers of an instance at once, in the words of a look at one", async () => {
  await make(`${instance}-a-db`, ["true"]);
  await make(`${instance}-a-rest`, ["false"]);
  await make(`${instance}-a-meta`);
  await make(`${instance}-a-gateway`, undefined, false);
  const paused = await make(`${instance}-b-db`);
  await docker.getContainer(paused).pause();
  // Of somebody else, whose name only ends alike.
  await make(`other-${instance}-a-db`);
  const states = () => dockerStacks.states({ endpoint, instance });
  await sleepUntil(async () => {
    const now = await states();
    return now.get(`${instance}-a-db`) === "healthy" && now.get(`${instance}-a-rest`) === "unhealthy";
  }, "both probes have spoken");
  expect(Object.fromEntries(await states())).toEqual({
    [`${instance}-a-db`]: "healthy",
    [`${instance}-a-rest`]: "unhealthy",
    [`${instance}-a-meta`]: "running",
    [`${instance}-a-gateway`]: "stopped",
    [`${instance}-b-db`]: "unhealthy",
  });
  const images = { db: "x", rest: "x", meta: "x", gateway: "x" };
  const looked = await dockerStacks.look({ ref: "a", place: { endpoint, instance }, images });
  expect(looked.map(({ service, state }) => [service, state])).toEqual([
    ["db", "healthy"],
    ["rest", "unhealthy"],
    ["meta", "running"],
    ["gateway", "stopped"],
  ]);
});
