import { ClusterAccess, openSecret, Plan, ProjectSpec, Size } from "@supalove/contracts";
import type { Project } from "../generated/prisma/client.ts";
import type { ImportedSecrets, ProjectWish } from "../previews/wished.ts";
import { clusterAccessContext, type ProjectSecretName, projectSecretContext } from "../secrets/contexts.ts";
import type { RunnerServices } from "./services.ts";

/** The project has no cluster, or its cluster is not registered: a state this program never makes. */
export class NoClusterError extends Error {
  override readonly name = "NoClusterError";
}

/** What of a project's row its stack follows from. */
export type ProjectFacts = Pick<
  Project,
  "ref" | "organizationId" | "name" | "plan" | "size" | "extensions" | "clusterId" | "createdAt"
>;

/** A project as it would be with a wish come true. */
export function withWish(project: ProjectFacts, { name, size, extensions }: ProjectWish): ProjectFacts {
  return {
    ...project,
    name: name ?? project.name,
    size: size ?? project.size,
    extensions: extensions ?? project.extensions,
  };
}

/** Everything the engine is given for a project. */
export interface EngineInput {
  readonly spec: ProjectSpec;
  readonly cluster: ClusterAccess;
  /** All secrets of the project that the control database holds. */
  readonly secrets: Partial<Record<ProjectSecretName, string>>;
}

/** Puts together what a project's stack is made from: the same rows give the same spec. */
export async function engineInput(
  { database, env }: Pick<RunnerServices, "database" | "env">,
  project: ProjectFacts,
): Promise<EngineInput> {
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
    imported: importedOf({
      jwt_secret: secrets.imported_jwt_secret,
      db_pass: secrets.imported_db_pass,
      anon_key: secrets.imported_anon_key,
      service_role_key: secrets.imported_service_role_key,
    }),
  });
  return { spec, cluster: ClusterAccess.parse(JSON.parse(access)), secrets };
}

/** The same input with secrets that no row holds yet. */
export function withImported(input: EngineInput, imported: ImportedSecrets): EngineInput {
  const secrets = Object.entries(imported).map(([name, plain]) => [`imported_${name}`, plain]);
  return {
    ...input,
    spec: { ...input.spec, imported: importedOf(imported) },
    secrets: { ...input.secrets, ...(Object.fromEntries(secrets) as EngineInput["secrets"]) },
  };
}

/** Imported secrets as the program takes them; those that were not brought along are not there at all. */
function importedOf(secrets: { readonly [K in keyof ImportedSecrets]: string | undefined }): ProjectSpec["imported"] {
  const named = {
    jwtSecret: secrets.jwt_secret,
    databasePassword: secrets.db_pass,
    anonKey: secrets.anon_key,
    serviceRoleKey: secrets.service_role_key,
  };
  return Object.fromEntries(Object.entries(named).filter(([, plain]) => plain !== undefined));
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
