import { ClusterAccess, openSecret, Plan, ProjectSpec, Size } from "@supalove/contracts";
import type { Project } from "../generated/prisma/client.ts";
import { clusterAccessContext, type ProjectSecretName, projectSecretContext } from "../secrets/contexts.ts";
import type { RunnerServices } from "./services.ts";

/** The project has no cluster, or its cluster is not registered: a state this program never makes. */
export class NoClusterError extends Error {
  override readonly name = "NoClusterError";
}

/** Everything the engine is given for a project. */
export interface EngineInput {
  readonly spec: ProjectSpec;
  readonly cluster: ClusterAccess;
  /** All secrets of the project that the control database holds. */
  readonly secrets: Partial<Record<ProjectSecretName, string>>;
}

/** Puts together what a project's stack is made from: the same rows give the same spec. */
export async function engineInput({ database, env }: RunnerServices, project: Project): Promise<EngineInput> {
  const secrets = await openSecrets({ database, env }, project.ref);
  const cluster = await database.cluster.findUnique({ where: { id: project.clusterId ?? "" } });
  if (cluster === null) throw new NoClusterError(`project ${project.ref} has no cluster`);
  const access = await openSecret(env.SUPALOVE_MASTER_KEY, clusterAccessContext(cluster.id), cluster.sealedAccess);
  const spec = ProjectSpec.parse({
    ref: project.ref,
    plan: Plan.parse(project.plan),
    size: Size.parse(project.size),
    extensions: project.extensions,
    createdAt: Math.floor(project.createdAt.getTime() / 1000),
    imported: {
      jwtSecret: secrets.imported_jwt_secret,
      databasePassword: secrets.imported_db_pass,
      anonKey: secrets.imported_anon_key,
      serviceRoleKey: secrets.imported_service_role_key,
    },
  });
  return { spec, cluster: ClusterAccess.parse(JSON.parse(access)), secrets };
}

async function openSecrets({ database, env }: Pick<RunnerServices, "database" | "env">, ref: string) {
  const rows = await database.projectSecret.findMany({ where: { projectRef: ref } });
  const secrets: Partial<Record<ProjectSecretName, string>> = {};
  for (const row of rows) {
    const name = row.name as ProjectSecretName;
    secrets[name] = await openSecret(env.SUPALOVE_MASTER_KEY, projectSecretContext(ref, name), row.sealed);
  }
  return secrets;
}
