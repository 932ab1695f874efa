import {
  type KeySet,
  type ProjectOutputs,
  Size,
  sealSecret,
  type TenantConfig,
  type TenantSecrets,
  tenantSecretsContext,
} from "@supalove/contracts";
import type { Transaction } from "../database/client.ts";
import { keyGenerations } from "../projects/keyGenerations.ts";
import { restSettings } from "../projects/restSettings.ts";
import { tenantLimits } from "../projects/tenantLimits.ts";
import { PREVIOUS_KEYS, type ProjectSecretName, projectSecretContext } from "../secrets/contexts.ts";
import type { ProjectFacts } from "./projectSpec.ts";
import type { RunnerServices } from "./services.ts";

/** Rows that an engine's outputs become; sealing takes time and needs no transaction. */
export interface PublishedProject {
  readonly secrets: readonly { readonly name: ProjectSecretName; readonly sealed: string }[];
  readonly tenant: { readonly config: TenantConfig; readonly secrets: string };
  /** Null for a dedicated project, whose schemas are its own image's. */
  readonly schemaVersion: string | null;
}

/** Seals what the stack gave, once for the control plane and once, under another key, for the data plane. */
export async function sealOutputs(
  { env }: Pick<RunnerServices, "env">,
  project: Pick<ProjectFacts, "ref" | "size" | "keyGenerations" | "createdAt">,
  outputs: ProjectOutputs,
): Promise<PublishedProject> {
  const { previousKeys } = outputs;
  const plain: Partial<Record<ProjectSecretName, string>> = {
    ...namedKeys("", outputs),
    ...(previousKeys === null ? {} : namedKeys("previous_", previousKeys)),
    owner_password: outputs.passwords.owner,
  };
  const secrets = await Promise.all(
    Object.entries(plain).map(async ([key, value]) => {
      const name = key as ProjectSecretName;
      const sealed = await sealSecret(env.SUPALOVE_MASTER_KEY, projectSecretContext(project.ref, name), value);
      return { name, sealed };
    }),
  );
  const { jwtSecret, anonKey, serviceRoleKey, publishableKey, secretKey } = outputs;
  const keys = { jwtSecret, anonKey, serviceRoleKey, publishableKey, secretKey };
  const { target, passwords, schemaVersion } = servedBy(outputs);
  const { previous } = keyGenerations(project);
  const tenantSecrets: TenantSecrets = {
    ...keys,
    ...(previousKeys === null || previous === null ? {} : { previous: { ...previousKeys, until: previous.until } }),
    ...(passwords === undefined ? {} : { passwords }),
  };
  return {
    secrets,
    tenant: {
      config: {
        target,
        rest: restSettings(),
        limits: tenantLimits(Size.parse(project.size)),
      },
      secrets: await sealSecret(
        env.SUPALOVE_DATA_PLANE_KEY,
        tenantSecretsContext(project.ref),
        JSON.stringify(tenantSecrets),
      ),
    },
    schemaVersion,
  };
}

/** A set of keys under the names that the control plane keeps them by. */
const namedKeys = <P extends "" | "previous_">(prefix: P, keys: KeySet) =>
  ({
    [`${prefix}jwt_secret`]: keys.jwtSecret,
    [`${prefix}anon_key`]: keys.anonKey,
    [`${prefix}service_role_key`]: keys.serviceRoleKey,
    [`${prefix}publishable_key`]: keys.publishableKey,
    [`${prefix}secret_key`]: keys.secretKey,
  }) satisfies Partial<Record<ProjectSecretName, string>>;

/** What the data plane needs to serve a project: its database and the logins to it, or no more than its gateway's address. */
function servedBy(outputs: ProjectOutputs) {
  if ("gatewayUrl" in outputs) {
    return {
      target: { plan: "dedicated" as const, url: outputs.gatewayUrl },
      passwords: undefined,
      schemaVersion: null,
    };
  }
  const { host, port, database, schemaVersion } = outputs;
  const { owner, authenticator } = outputs.passwords;
  return {
    target: { plan: "shared" as const, host, port, database },
    passwords: { owner, authenticator },
    schemaVersion,
  };
}

/** Writes a project's secrets and its row for the data plane, which hears of it at commit. */
export async function publishProject(
  tx: Transaction,
  ref: string,
  published: PublishedProject,
  status: "active" | "paused" = "active",
): Promise<void> {
  for (const { name, sealed } of published.secrets) {
    await tx.projectSecret.upsert({
      where: { projectRef_name: { projectRef: ref, name } },
      create: { projectRef: ref, name, sealed },
      update: { sealed, updatedAt: new Date() },
    });
  }
  const kept = new Set(published.secrets.map(({ name }) => name));
  const gone = PREVIOUS_KEYS.filter((name) => !kept.has(name));
  await tx.projectSecret.deleteMany({ where: { projectRef: ref, name: { in: gone } } });
  const tenant = { status, ...published.tenant };
  await tx.tenant.upsert({ where: { ref }, create: { ref, ...tenant }, update: tenant });
  await tx.project.update({ where: { ref }, data: { schemaVersion: published.schemaVersion } });
}
