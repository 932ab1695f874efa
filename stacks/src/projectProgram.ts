import * as pulumi from "@pulumi/pulumi";
import { DedicatedProject } from "@supalove/components/project/dedicated/dedicatedProject.ts";
import { type KeyOutputs, ProjectKeys } from "@supalove/components/project/projectKeys.ts";
import { SharedTenantDatabase } from "@supalove/components/project/sharedTenantDatabase.ts";
import {
  type ClusterPlace,
  type DedicatedProjectOutputs,
  type DedicatedSpec,
  type Place,
  ProjectOutputs,
  type ProjectSpec,
  type ServerPlace,
  type SharedProjectOutputs,
  type SharedSpec,
} from "@supalove/contracts";

/** Pulumi project of every project stack; the stack's name is the ref. */
export const PROJECT_STACKS = "supalove-project";

/** The project's plan does not go with the place it was given. */
export class WrongPlaceError extends Error {
  override readonly name = "WrongPlaceError";
}

type Outputs<T> = { [K in keyof T]: pulumi.Input<T[K]> };
/** A project stack's outputs, as the program returns them. */
export type ProgramOutputs = Outputs<SharedProjectOutputs> | Outputs<DedicatedProjectOutputs>;

export interface ProjectRun {
  /** The inline program, for the Automation API. */
  readonly program: () => Promise<ProgramOutputs>;
  /**
   * The stack's outputs in clear, as they came out of the last run of the program in this process: asking the engine for
   * them starts its CLI twice. Only for after an `up`; in a preview there are none.
   * @throws NoOutputsError when the program has not run to its end
   */
  outputs(): ProjectOutputs;
}

/** The program has not given outputs: it was previewed only, or failed. */
export class NoOutputsError extends Error {
  override readonly name = "NoOutputsError";
}

/**
 * A project's stack: the same spec gives the same resources.
 * @param place where the project lives: a shared cluster or a server, as its plan asks for
 * @throws WrongPlaceError
 */
export function projectRun(spec: ProjectSpec, place: Place): ProjectRun {
  const make = programOf(spec, place);
  let resolved: ProjectOutputs | undefined;
  return {
    program: async () => {
      resolved = undefined;
      const outputs = make();
      pulumi.output(outputs).apply((values) => {
        resolved = ProjectOutputs.parse(values);
      });
      return outputs;
    },
    outputs: () => {
      if (resolved === undefined) throw new NoOutputsError(`the program of project ${spec.ref} has given no outputs`);
      return resolved;
    },
  };
}

/** The program alone, for callers that read the outputs from the engine. */
export const projectProgram = (spec: ProjectSpec, place: Place) => projectRun(spec, place).program;

function programOf(spec: ProjectSpec, place: Place): () => ProgramOutputs {
  if (spec.plan === "shared" && place.kind === "cluster") return () => sharedProject(spec, place);
  if (spec.plan === "dedicated" && place.kind === "server") return () => dedicatedProject(spec, place);
  throw new WrongPlaceError(`a ${spec.plan} project can't live in a ${place.kind}`);
}

const projectKeys = ({ ref, keys: generations, imported }: ProjectSpec) =>
  new ProjectKeys("keys", { ref, generations, imported });

const keySet = ({ jwtSecret, anonKey, serviceRoleKey, publishableKey, secretKey }: KeyOutputs) => ({
  jwtSecret,
  anonKey,
  serviceRoleKey,
  publishableKey,
  secretKey,
});

const keyOutputs = (keys: ProjectKeys) => ({
  ...keySet(keys),
  previousKeys: keys.previous === null ? null : pulumi.secret(keySet(keys.previous)),
});

function sharedProject(spec: SharedSpec, place: ClusterPlace): Outputs<SharedProjectOutputs> {
  const { kind: _, ...cluster } = place;
  const keys = projectKeys(spec);
  const database = new SharedTenantDatabase("db", { spec, cluster });
  return {
    database: database.database,
    host: cluster.host,
    port: cluster.port,
    ...keyOutputs(keys),
    passwords: database.passwords,
    schemaVersion: database.schemaVersion,
  };
}

function dedicatedProject(spec: DedicatedSpec, place: ServerPlace): Outputs<DedicatedProjectOutputs> {
  const keys = projectKeys(spec);
  const project = new DedicatedProject("project", { spec, place, keys });
  return {
    gatewayUrl: project.gatewayUrl,
    ...keyOutputs(keys),
    passwords: pulumi.secret(project.passwords.logins.apply(({ owner }) => ({ owner }))),
  };
}
