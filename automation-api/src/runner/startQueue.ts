import { Logger as QueueLogger, type Runner, run as runQueue } from "graphile-worker";
import { z } from "zod";
import { OperationBusy } from "./claimOperation.ts";
import { runOperation } from "./runOperation.ts";
import type { RunnerServices } from "./services.ts";

const Payload = z.object({ operation_id: z.string() });

/** Takes operations from the queue, as many at once as `concurrency` says: one queue a project keeps their order. */
export function startQueue(services: RunnerServices, connectionString: string, concurrency: number): Promise<Runner> {
  const { logger } = services;
  return runQueue({
    connectionString,
    concurrency,
    noHandleSignals: true,
    pollInterval: 2_000,
    logger: new QueueLogger(() => (level, message) => logger.debug({ level }, message)),
    taskList: {
      run_operation: async (payload, { job }) => {
        const { operation_id } = Payload.parse(payload);
        try {
          await runOperation(services, operation_id, job.locked_by ?? "unknown");
        } catch (error) {
          if (!(error instanceof OperationBusy))
            logger.error({ err: error, operation: operation_id }, "operation left");
          throw error;
        }
      },
    },
  });
}
