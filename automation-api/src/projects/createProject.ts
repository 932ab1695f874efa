import { newProjectRef, sealSecret, tenantNames } from "@supalove/contracts";
import { type CreateProjectBody, nameKey } from "@supalove/contracts/api/index.ts";
import type { Services } from "../api/services.ts";
import { refuseUnapproved } from "../approvals/approvalPolicy.ts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { isUniqueViolation } from "../database/failures.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { errors } from "../http/errors.ts";
import { addOperation } from "../operations/addOperation.ts";
import { ImportedSecrets, type ProjectPlan } from "../previews/wished.ts";
import { type ProjectSecretName, projectSecretContext } from "../secrets/contexts.ts";
import { checkCapacity } from "./checkCapacity.ts";
import { leasePorts } from "./leasePorts.ts";
import { type LoadedProject, WITH_PLACE } from "./loadProject.ts";
import { planProject } from "./planProject.ts";

/**
 * Writes a project and the operation that makes it. Nothing outside the control database is touched here.
 * @throws ApiError `approval_required`, and what a plan and its insertion throw
 */
export async function createProject(
  services: Services,
  tx: Transaction,
  caller: Caller,
  body: CreateProjectBody,
): Promise<{ project: LoadedProject; operationId: string }> {
  const { organizationId, plan } = await planProject(services, tx, caller, body);
  await refuseUnapproved(tx, organizationId, "change");
  return insertPlanned(services, tx, caller, {
    ref: newProjectRef(),
    organizationId,
    plan,
    imported: ImportedSecrets.parse(body),
    previewId: null,
  });
}

/** A project that is to be written as it was planned. */
export interface PlannedProject {
  readonly ref: string;
  readonly organizationId: string;
  readonly plan: ProjectPlan;
  readonly imported: ImportedSecrets;
  /** The preview that is applied by it. */
  readonly previewId: string | null;
}

/** Writes a planned project, its imported secrets and the operation that makes it. @throws ApiError `name_taken`, `cluster_full`, `organization_full`, `server_full` */
export async function insertPlanned(
  services: Services,
  tx: Transaction,
  caller: Caller,
  { ref, organizationId, plan, imported, previewId }: PlannedProject,
): Promise<{ project: LoadedProject; operationId: string }> {
  await checkCapacity(tx, services.env, organizationId, plan);
  if (plan.serverId !== null) await leasePorts(tx, plan.serverId, ref);
  const project = await insertProject(tx, caller, ref, organizationId, plan);
  await sealImported(services, tx, ref, imported);
  const input = { creates: true, status_if_cancelled: "INIT_FAILED", status_meanwhile: "COMING_UP" } as const;
  const summary = `Create project "${project.name}"`;
  return { project, operationId: await addOperation(tx, caller, ref, "up", summary, input, previewId) };
}

async function insertProject(
  tx: Transaction,
  caller: Caller,
  ref: string,
  organizationId: string,
  plan: ProjectPlan,
): Promise<LoadedProject> {
  try {
    return await tx.project.create({
      data: {
        ref,
        organizationId,
        ...plan,
        stack: plan.stack ?? Prisma.DbNull,
        nameKey: nameKey(plan.name),
        backendType: plan.plan === "shared" ? "shared_cluster" : "dedicated_stack",
        dbName: plan.plan === "shared" ? tenantNames(ref).database : "postgres",
        status: "COMING_UP",
        createdBy: caller.userId,
      },
      include: WITH_PLACE,
    });
  } catch (error) {
    throw isUniqueViolation(error) ? errors.nameTaken(plan.name) : error;
  }
}

async function sealImported(services: Services, tx: Transaction, ref: string, secrets: ImportedSecrets): Promise<void> {
  for (const [key, plain] of Object.entries(secrets)) {
    if (plain === undefined) continue;
    const name = `imported_${key}` as ProjectSecretName;
    const sealed = await sealSecret(services.env.SUPALOVE_MASTER_KEY, projectSecretContext(ref, name), plain);
    await tx.projectSecret.create({ data: { projectRef: ref, name, sealed } });
  }
}
