import {
  type SharedProjectOutputs,
  Size,
  sealSecret,
  type TenantConfig,
  type TenantSecrets,
  tenantSecretsContext,
} from "@supalove/contracts";
import type { Transaction } from "../database/client.ts";
import type { Project } from "../generated/prisma/client.ts";
import { restSettings } from "../projects/restSettings.ts";
import { tenantLimits } from "../projects/tenantLimits.ts";
import { type ProjectSecretName, projectSecretContext } from "../secrets/contexts.ts";
import type { RunnerServices } from "./services.ts";

/** Rows that an engine's outputs become; sealing takes time and needs no transaction. */
export interface PublishedProject {
  readonly secrets: readonly { readonly name: ProjectSecretName; readonly sealed: string }[];
  readonly tenant: { readonly config: TenantConfig; readonly secrets: string };
  readonly schemaVersion: string;
}

/** Seals what the stack gave, once for the control plane and once, under another key, for the data plane. */
export async function sealOutputs(
  { env }: Pick<RunnerServices, "env">,
  project: Pick<Project, "ref" | "size">,
  outputs: SharedProjectOutputs,
): Promise<PublishedProject> {
  const plain: Partial<Record<ProjectSecretName, string>> = {
    jwt_secret: outputs.jwtSecret,
    anon_key: outputs.anonKey,
    service_role_key: outputs.serviceRoleKey,
    publishable_key: outputs.publishableKey,
    secret_key: outputs.secretKey,
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
  const { owner, authenticator } = outputs.passwords;
  const passwords = { owner, authenticator };
  const tenantSecrets: TenantSecrets = { jwtSecret, anonKey, serviceRoleKey, publishableKey, secretKey, passwords };
  return {
    secrets,
    tenant: {
      config: {
        target: { plan: "shared", host: outputs.host, port: outputs.port, database: outputs.database },
        rest: restSettings(),
        limits: tenantLimits(Size.parse(project.size)),
      },
      secrets: await sealSecret(
        env.SUPALOVE_DATA_PLANE_KEY,
        tenantSecretsContext(project.ref),
        JSON.stringify(tenantSecrets),
      ),
    },
    schemaVersion: outputs.schemaVersion,
  };
}

/** Writes a project's secrets and its row for the data plane, which hears of it at commit. */
export async function publishProject(tx: Transaction, ref: string, published: PublishedProject): Promise<void> {
  for (const { name, sealed } of published.secrets) {
    await tx.projectSecret.upsert({
      where: { projectRef_name: { projectRef: ref, name } },
      create: { projectRef: ref, name, sealed },
      update: { sealed, updatedAt: new Date() },
    });
  }
  const tenant = { status: "active", ...published.tenant };
  await tx.tenant.upsert({ where: { ref }, create: { ref, ...tenant }, update: tenant });
  await tx.project.update({ where: { ref }, data: { schemaVersion: published.schemaVersion } });
}
