import type { RunnerEnv } from "@supalove/contracts";
import type { Database } from "../database/client.ts";
import { DEFAULT_SERVER } from "../database/seedInstance.ts";
import { BackupFailed, type BackupPort } from "./backupPort.ts";
import { dumpStack } from "./dumpStack.ts";
import { dumpTenant } from "./dumpTenant.ts";
import { testRestore } from "./testRestore.ts";
import { clearThrowaways } from "./throwaway.ts";

/** Backups with real databases and the Docker engines of the servers. */
export function dockerBackups(
  database: Database,
  { SUPALOVE_INSTANCE: instance, STACK_IMAGES: images }: Pick<RunnerEnv, "SUPALOVE_INSTANCE" | "STACK_IMAGES">,
): BackupPort {
  return {
    async dump({ spec, place, ...source }, output, begun, signal) {
      if (place.kind === "cluster") return dumpTenant({ cluster: place, ref: spec.ref, output, begun, signal });
      if (spec.plan !== "dedicated") throw new Error(`project ${spec.ref} is on a server, but not dedicated`);
      return dumpStack({ spec, place, source, output, begun, signal });
    },
    async test({ spec, place, operationId }, input, facts, signal) {
      const image = spec.plan === "dedicated" ? spec.stack.images.db : images?.db;
      if (image === undefined) throw new BackupFailed("there is no image of a project's database to test it with");
      // A cluster has no engine of its own to test on.
      const endpoint = place.kind === "server" ? place.endpoint : await localEndpoint(database);
      await testRestore({ endpoint, instance, operationId, image, input, facts, signal });
    },
    async clear(operations) {
      const left = async () => {
        if ("of" in operations) return (id: string) => id === operations.of;
        const running = await operations.running();
        return (id: string) => !running.has(id);
      };
      const servers = await database.server.findMany({ select: { endpoint: true } });
      for (const { endpoint } of servers) await clearThrowaways(endpoint, instance, left);
    },
  };
}

async function localEndpoint(database: Database): Promise<string> {
  const { endpoint } = await database.server.findUniqueOrThrow({ where: { id: DEFAULT_SERVER } });
  return endpoint;
}
