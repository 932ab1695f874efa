import {
  ClusterAccess,
  type ClusterPlace,
  openSecret,
  type Place,
  Plan,
  ProjectSpec,
  type ServerPlace,
  Size,
  StackSettings,
} from "@supalove/contracts";
import type { Project } from "../generated/prisma/client.ts";
import { stackWithWish } from "../previews/stackWithWish.ts";
import type { ImportedSecrets, ProjectWish } from "../previews/wished.ts";
import { keyGenerations } from "../projects/keyGenerations.ts";
import { clusterAccessContext, type ProjectSecretName, projectSecretContext } from "../secrets/contexts.ts";
import type { RunnerServices } from "./services.ts";

/** The project's place is not registered: a state this program never makes. */
export class NoPlaceError extends Error {
  override readonly name = "NoPlaceError";
}

/** What of a project's row its stack follows from. */
export type ProjectFacts = Pick<
  Project,
  | "ref"
  | "organizationId"
  | "name"
  | "plan"
  | "size"
  | "extensions"
  | "clusterId"
  | "serverId"
  | "stack"
  | "paused"
  | "createdAt"
  | "keyGenerations"
  | "passwordGeneration"
> & {
  /** A database password that people chose before this time is to go. */
  readonly dropsPasswordsOf?: Date;
};

/** A project as it would be with a wish come true. */
export function withWish(project: ProjectFacts, wish: ProjectWish): ProjectFacts {
  const { name, size, extensions, stack, images, keys, passwords } = wish;
  return {
    ...project,
    name: name ?? project.name,
    size: size ?? project.size,
    extensions: extensions ?? project.extensions,
    keyGenerations: keys ?? project.keyGenerations,
    ...(passwords === undefined
      ? {}
      : { passwordGeneration: passwords.generation, dropsPasswordsOf: new Date(passwords.at) }),
    stack: stack === undefined && images === undefined ? project.stack : stackWithWish(project, { stack, images }),
  };
}

/** Everything the engine is given for a project. */
export interface EngineInput {
  readonly spec: ProjectSpec;
  readonly place: Place;
  /** All secrets of the project that the control database holds. */
  readonly secrets: Partial<Record<ProjectSecretName, string>>;
}

/** Puts together what a project's stack is made from: the same rows give the same spec. */
export async function engineInput(
  services: Pick<RunnerServices, "database" | "env" | "stacks">,
  project: ProjectFacts,
): Promise<EngineInput> {
  const secrets = await openSecrets(services, project.ref);
  const rotatedAway = await dropsPassword(services, project);
  const common = {
    ref: project.ref,
    size: Size.parse(project.size),
    extensions: project.extensions,
    keys: keyGenerations(project),
    passwordGeneration: project.passwordGeneration,
    imported: importedOf({
      jwt_secret: secrets.imported_jwt_secret,
      db_pass: rotatedAway ? undefined : secrets.imported_db_pass,
      anon_key: secrets.imported_anon_key,
      service_role_key: secrets.imported_service_role_key,
    }),
  };
  if (Plan.parse(project.plan) === "shared") {
    const spec = ProjectSpec.parse({ plan: "shared", ...common });
    return { spec, place: await clusterPlace(services, project), secrets };
  }
  const { place, ports } = await serverPlace(services, project);
  const stack = { ...StackSettings.parse(project.stack), ...ports, paused: project.paused };
  return { spec: ProjectSpec.parse({ plan: "dedicated", ...common, stack }), place, secrets };
}

/** The cluster that a shared project lives in. @throws NoPlaceError */
export async function clusterPlace(
  { database, env }: Pick<RunnerServices, "database" | "env">,
  project: ProjectFacts,
): Promise<ClusterPlace> {
  const cluster = await database.cluster.findUnique({ where: { id: project.clusterId ?? "" } });
  if (cluster === null) throw new NoPlaceError(`project ${project.ref} has no cluster`);
  const access = await openSecret(env.SUPALOVE_MASTER_KEY, clusterAccessContext(cluster.id), cluster.sealedAccess);
  return { kind: "cluster", ...ClusterAccess.parse(JSON.parse(access)) };
}

/** The server that a dedicated project runs on, and the ports it has there. */
export async function serverPlace(
  { database, env, stacks }: Pick<RunnerServices, "database" | "env" | "stacks">,
  project: ProjectFacts,
) {
  const server = await database.server.findUnique({ where: { id: project.serverId ?? "" } });
  if (server === null) throw new NoPlaceError(`project ${project.ref} has no server`);
  const { endpoint, bindAddress, edgeNetwork, reachedAt } = server;
  const place: ServerPlace = {
    kind: "server",
    endpoint,
    cores: await stacks.cores(endpoint),
    bindAddress,
    edgeNetwork,
    reachedAt,
    instance: env.SUPALOVE_INSTANCE,
  };
  const leases = await database.portLease.findMany({ where: { projectRef: project.ref, serverId: server.id } });
  const port = (purpose: string) => {
    const lease = leases.find((found) => found.purpose === purpose);
    if (lease === undefined) throw new NoPlaceError(`project ${project.ref} has no port for its ${purpose}`);
    return lease.port;
  };
  return { place, ports: { gatewayPort: port("gateway"), databasePort: port("database") } };
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

/** Whether a rotation takes the place of the database password that people chose. */
async function dropsPassword({ database }: Pick<RunnerServices, "database">, project: ProjectFacts): Promise<boolean> {
  const { ref: projectRef, dropsPasswordsOf: lt } = project;
  if (lt === undefined) return false;
  const older = { projectRef, name: "imported_db_pass", updatedAt: { lt } };
  return (await database.projectSecret.count({ where: older })) > 0;
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
