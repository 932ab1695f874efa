import * as pulumi from "@pulumi/pulumi";
import { ProjectKeys } from "@supalove/components/project/projectKeys.ts";
import { SharedTenantDatabase } from "@supalove/components/project/sharedTenantDatabase.ts";
import { type ClusterAccess, type ProjectSpec, SharedProjectOutputs } from "@supalove/contracts";

/** Pulumi project of every project stack; the stack's name is the ref. */
export const PROJECT_STACKS = "supalove-project";

/** No program exists for what the spec asks. */
export class UnsupportedPlanError extends Error {
  override readonly name = "UnsupportedPlanError";
}

/** A project stack's outputs, as the program returns them. */
export type ProjectOutputs = { [K in keyof SharedProjectOutputs]: pulumi.Input<SharedProjectOutputs[K]> };

export interface ProjectRun {
  /** The inline program, for the Automation API. */
  readonly program: () => Promise<ProjectOutputs>;
  /**
   * The stack's outputs in clear, as they came out of the last run of the program in this process: asking the engine for
   * them starts its CLI twice. Only for after an `up`; in a preview there are none.
   * @throws NoOutputsError when the program has not run to its end
   */
  outputs(): SharedProjectOutputs;
}

/** The program has not given outputs: it was previewed only, or failed. */
export class NoOutputsError extends Error {
  override readonly name = "NoOutputsError";
}

/**
 * A project's stack: the same spec gives the same resources.
 * @param cluster the shared cluster that the project is placed in
 * @throws UnsupportedPlanError for a plan that can't be built yet
 */
export function projectRun(spec: ProjectSpec, cluster: ClusterAccess): ProjectRun {
  if (spec.plan !== "shared") throw new UnsupportedPlanError(`no stack program for plan ${spec.plan}`);
  let resolved: SharedProjectOutputs | undefined;
  return {
    program: async () => {
      resolved = undefined;
      const outputs = sharedProject(spec, cluster);
      pulumi.output(outputs).apply((values) => {
        resolved = SharedProjectOutputs.parse(values);
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
export const projectProgram = (spec: ProjectSpec, cluster: ClusterAccess) => projectRun(spec, cluster).program;

function sharedProject(spec: ProjectSpec, cluster: ClusterAccess): ProjectOutputs {
  const keys = new ProjectKeys("keys", { ref: spec.ref, createdAt: spec.createdAt, imported: spec.imported });
  const database = new SharedTenantDatabase("db", { spec, cluster });
  return {
    database: database.database,
    host: cluster.host,
    port: cluster.port,
    jwtSecret: keys.jwtSecret,
    anonKey: keys.anonKey,
    serviceRoleKey: keys.serviceRoleKey,
    publishableKey: keys.publishableKey,
    secretKey: keys.secretKey,
    passwords: database.passwords,
    schemaVersion: database.schemaVersion,
  };
}
