import { type RunnerEnv, sealSecret } from "@supalove/contracts";
import { clusterAccessContext } from "../secrets/contexts.ts";
import type { Database } from "./client.ts";

/** The organization of the local admin, there from the first start. */
export const DEFAULT_ORGANIZATION = "default";
export const DEFAULT_CLUSTER = "shared-1";
export const DEFAULT_SERVER = "local";
/** Fixed, so that a second start finds the same person. */
export const LOCAL_ADMIN = "00000000-0000-4000-8000-000000000001";

type Seed = Pick<RunnerEnv, "SUPALOVE_MASTER_KEY" | "DEFAULT_CLUSTER" | "DEFAULT_SERVER">;

/** Writes what an empty instance needs: local admin, organization `default`, first cluster and server. Idempotent. */
export async function seedInstance(database: Database, env: Seed): Promise<void> {
  const { publicHost, publicPort, ...access } = env.DEFAULT_CLUSTER;
  const { host, port } = access;
  const sealedAccess = await sealSecret(
    env.SUPALOVE_MASTER_KEY,
    clusterAccessContext(DEFAULT_CLUSTER),
    JSON.stringify(access),
  );
  const server = { ...env.DEFAULT_SERVER, reachedAt: null };
  await database.$transaction([
    database.user.upsert({
      where: { id: LOCAL_ADMIN },
      create: { id: LOCAL_ADMIN, kind: "local_admin", displayName: "local admin" },
      update: {},
    }),
    database.organization.upsert({
      where: { id: DEFAULT_ORGANIZATION },
      create: { id: DEFAULT_ORGANIZATION, name: "Default" },
      update: {},
    }),
    database.member.upsert({
      where: { organizationId_userId: { organizationId: DEFAULT_ORGANIZATION, userId: LOCAL_ADMIN } },
      create: { organizationId: DEFAULT_ORGANIZATION, userId: LOCAL_ADMIN, role: "owner" },
      update: {},
    }),
    database.cluster.upsert({
      where: { id: DEFAULT_CLUSTER },
      create: { id: DEFAULT_CLUSTER, host, port, publicHost, publicPort, sealedAccess },
      update: { host, port, publicHost, publicPort, sealedAccess },
    }),
    database.server.upsert({
      where: { id: DEFAULT_SERVER },
      create: { id: DEFAULT_SERVER, ...server },
      update: server,
    }),
  ]);
}
