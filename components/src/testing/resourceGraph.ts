import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** A resource as a component asked for it. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: pulumi.CustomResourceOptions;
}

/** What a component would make: each resource by its name, children of children included. */
export interface ResourceGraph {
  readonly resources: ReadonlyMap<string, RecordedResource>;
  /** A resource that must be there. */
  get(name: string): RecordedResource;
  /** Names of all resources of a type. */
  ofType(type: string): string[];
  /** A property's value, secrets opened. */
  value<T>(name: string, property: string): Promise<T>;
  /** Names of the resources that a property's value comes from. */
  sources(name: string, property: string): Promise<string[]>;
  isSecret(name: string, property: string): Promise<boolean>;
  /** Names of the resources that one waits for by `dependsOn`. */
  dependsOn(name: string): Promise<string[]>;
}

/**
 * Runs a component against an engine that makes nothing, and records what it asks for. Each computed property is the
 * resource's name and the property.
 * @param build makes the component with the given options; it imports the component's module itself
 */
export async function recordGraph(
  build: (opts: pulumi.ComponentResourceOptions) => Promise<unknown>,
): Promise<ResourceGraph> {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => ({
      id: `${name}-id`,
      state: { ...inputs, ...computed(type, name, inputs) },
    }),
    call: ({ inputs }) => inputs,
  });
  const resources = new Map<string, RecordedResource>();
  const names = new Map<pulumi.Resource, string>();
  const record: pulumi.ResourceTransformation = ({ resource, type, name, props, opts }) => {
    resources.set(name, { type, name, props, opts });
    names.set(resource, name);
    return undefined;
  };
  try {
    await build({ transformations: [record] });
  } finally {
    // What is still on its way would be asked of the next graph's engine.
    await pulumi.runtime.disconnect();
  }
  const get = (name: string) => {
    const found = resources.get(name);
    if (found === undefined) throw new Error(`no resource ${name}, but ${[...resources.keys()].join(", ")}`);
    return found;
  };
  return {
    resources,
    get,
    ofType: (type) => [...resources.values()].filter((resource) => resource.type === type).map(({ name }) => name),
    value: <T>(name: string, property: string) =>
      new Promise<T>((resolve) => {
        (pulumi.output(get(name).props[property]) as pulumi.Output<unknown>).apply((value) => resolve(value as T));
      }),
    sources: async (name, property) => {
      // What the engine computes property dependencies from; not in the public types.
      const output = pulumi.output(get(name).props[property]) as unknown as {
        allResources(): Promise<ReadonlySet<pulumi.Resource>>;
      };
      return [...(await output.allResources())].map((resource) => names.get(resource) ?? "?");
    },
    isSecret: (name, property) => pulumi.isSecret(pulumi.output(get(name).props[property])),
    dependsOn: async (name) => {
      const given = await get(name).opts.dependsOn;
      const list = given === undefined ? [] : Array.isArray(given) ? given : [given];
      return Promise.all(list.map(async (resource) => names.get((await resource) as pulumi.Resource) ?? "?"));
    },
  };
}

/** Values of an engine that the components compute with. */
function computed(type: string, name: string, inputs: Readonly<Record<string, unknown>>): Record<string, string> {
  if (type === "random:index/randomPassword:RandomPassword") {
    const length = Number(inputs["length"]);
    return { result: createHash("shake256", { outputLength: length }).update(name).digest("hex").slice(0, length) };
  }
  if (type === "docker:index/remoteImage:RemoteImage") return { imageId: `${name}-sha` };
  return {};
}
