import { api } from "./api.ts";
import { sleepUntil } from "./sleepUntil.ts";

export interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Waits until an operation has ended and gives it, however it ended. */
export async function ended(operationId: string, seconds = 120): Promise<Operation> {
  return sleepUntil(
    `operation ${operationId} to end`,
    async () => {
      const { body } = await api<Operation>(`/v1/operations/${operationId}`);
      return ["succeeded", "failed", "cancelled"].includes(body.status) ? body : undefined;
    },
    seconds,
  );
}

/** Calls what starts an operation and waits until that has succeeded. */
export async function succeeded(
  path: string,
  call: Parameters<typeof api>[1] = { method: "POST" },
): Promise<Operation> {
  const started = await api<{ operation_id: string }>(path, call);
  if (started.status >= 300) throw new Error(`${path} answered ${started.status}: ${JSON.stringify(started.body)}`);
  const operation = await ended(started.body.operation_id);
  if (operation.status !== "succeeded") throw new Error(`${path}: ${JSON.stringify(operation)}`);
  return operation;
}
