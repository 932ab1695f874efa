import { z } from "zod";
import { dockerEngine, dockerStatus } from "../../docker/dockerEngine.ts";
import { checkWith, diffKeys } from "../checks.ts";
import type { ResourceHandler, State } from "../handler.ts";

const Inputs = z.object({
  /** Address of the Docker engine. */
  endpoint: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
});
type Inputs = z.infer<typeof Inputs>;
const NetworkState = Inputs.extend({ drift: z.array(z.string()) });

/** The server itself has no address on it, so that nothing of the server can be reached from inside. */
const NO_HOST_ADDRESS = "com.docker.network.bridge.inhibit_ipv4";

/** The network that an interrupted run left is as good as a new one. */
async function make({ endpoint, name, labels }: Inputs): Promise<string> {
  const docker = dockerEngine(endpoint);
  try {
    return (await docker.getNetwork(name).inspect()).Id;
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
  }
  const network = await docker.createNetwork({
    Name: name,
    Driver: "bridge",
    CheckDuplicate: true,
    Internal: true,
    Options: { [NO_HOST_ADDRESS]: "true" },
    Labels: labels,
  });
  return network.id;
}

async function read({ drift: _, ...known }: z.infer<typeof NetworkState>): Promise<State | undefined> {
  try {
    const { Id, Internal, Options } = await dockerEngine(known.endpoint).getNetwork(known.name).inspect();
    const drift = [
      ...(Internal === true ? [] : ["the network leads out of the server"]),
      ...(Options?.[NO_HOST_ADDRESS] === "true" ? [] : ["the server has an address on the network"]),
    ];
    return { id: Id, outputs: { ...known, drift }, inputs: known };
  } catch (error) {
    if (dockerStatus(error) === 404) return undefined;
    throw error;
  }
}

async function remove({ endpoint, name }: Inputs): Promise<void> {
  try {
    await dockerEngine(endpoint).getNetwork(name).remove();
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
  }
}

/**
 * `supalove:project:Network`: the network of a dedicated project. The Docker provider would wait two seconds at each look at
 * one; a project is made, looked at and removed quicker without.
 */
export const projectNetworkHandler: ResourceHandler = {
  check: checkWith(Inputs),
  diff: diffKeys(["name", "endpoint"], ["name", "endpoint"]),
  create: async (inputs) => {
    const wished = Inputs.parse(inputs);
    return { id: await make(wished), outputs: { ...wished, drift: [] } };
  },
  read: (_id, outputs) => read(NetworkState.parse(outputs)),
  update: async (_id, _outputs, inputs) => {
    const { endpoint, name } = Inputs.parse(inputs);
    // What differs of a network can't be changed while anything is on it.
    throw new Error(`the network ${name} on ${endpoint} was changed by hand: remove it, then repair the project`);
  },
  delete: (_id, outputs) => remove(Inputs.parse(outputs)),
};
