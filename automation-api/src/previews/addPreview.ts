import { sealSecret } from "@supalove/contracts";
import type { StartedPreview } from "@supalove/contracts/api/index.ts";
import type { Services } from "../api/services.ts";
import type { Caller } from "../auth/caller.ts";
import type { Transaction } from "../database/client.ts";
import { errors } from "../http/errors.ts";
import { newId } from "../ids/newId.ts";
import { addOperation } from "../operations/addOperation.ts";
import { previewSecretsContext } from "../secrets/contexts.ts";
import type { ImportedSecrets, Wished } from "./wished.ts";

export interface NewPreview {
  readonly organizationId: string;
  readonly ref: string;
  /** Name of the project, for the operation's summary. */
  readonly name: string;
  readonly wished: Wished;
  readonly imported?: ImportedSecrets;
  readonly refresh: boolean;
  readonly stateVersion: number;
}

/** Previews of an organization that may wait at once: each takes the engine for a second, and others wait behind it. */
const MAX_WAITING = 20;

/** @throws ApiError `too_many_requests` */
async function checkWaiting(tx: Transaction, organizationId: string): Promise<void> {
  const waiting = await tx.operation.count({
    where: { kind: "preview", status: { in: ["queued", "running", "interrupted"] }, preview: { organizationId } },
  });
  if (waiting >= MAX_WAITING) throw errors.tooManyPreviews();
}

/** Writes a preview and the operation that makes it. @throws ApiError `too_many_requests` */
export async function addPreview(
  { env }: Pick<Services, "env">,
  tx: Transaction,
  caller: Caller,
  { organizationId, ref, name, wished, imported, refresh, stateVersion }: NewPreview,
): Promise<StartedPreview> {
  await checkWaiting(tx, organizationId);
  const id = newId("prv");
  const secrets = imported && Object.keys(imported).length > 0 ? JSON.stringify(imported) : undefined;
  await tx.preview.create({
    data: {
      id,
      kind: wished.kind,
      organizationId,
      projectRef: ref,
      wished,
      refresh,
      stateVersion,
      actor: caller.actor,
      actorId: caller.userId,
      sealedImported:
        secrets === undefined ? null : await sealSecret(env.SUPALOVE_MASTER_KEY, previewSecretsContext(id), secrets),
    },
  });
  const project = wished.kind === "create" ? null : ref;
  const act = wished.kind === "restart" ? `restart ${wished.service} of` : wished.kind;
  const summary = `Preview: ${act} project "${name}"`;
  const operationId = await addOperation(tx, caller, project, "preview", summary, { creates: false }, id);
  return { id, operation_id: operationId, project_ref: ref };
}
