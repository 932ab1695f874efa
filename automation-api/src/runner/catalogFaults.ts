import { withSession } from "@supalove/components/provider/postgres.ts";
import { ClusterAccess, openSecret, tenantNames } from "@supalove/contracts";
import { clusterAccessContext } from "../secrets/contexts.ts";
import type { RunnerServices } from "./services.ts";

/** What is asked about: a project and the cluster it lives in. */
export interface Housed {
  readonly ref: string;
  readonly clusterId: string | null;
}

/** Says which of these projects lack what their requests need; rejects when a cluster can't be asked. */
export type CatalogFaults = (projects: readonly Housed[]) => Promise<ReadonlySet<string>>;

/**
 * Looks for projects' databases and logins in the catalogs of their clusters: one query a cluster, in which no tenant's
 * database is opened and no PostgREST is woken.
 */
export function catalogFaults({ database, env }: Pick<RunnerServices, "database" | "env">): CatalogFaults {
  return async (projects) => {
    const faulty = new Set<string>();
    for (const id of new Set(projects.flatMap(({ clusterId }) => clusterId ?? []))) {
      const { sealedAccess } = await database.cluster.findUniqueOrThrow({ where: { id } });
      const text = await openSecret(env.SUPALOVE_MASTER_KEY, clusterAccessContext(id), sealedAccess);
      const access = ClusterAccess.parse(JSON.parse(text));
      const refs = projects.filter(({ clusterId }) => clusterId === id).map(({ ref }) => ref);
      for (const ref of await missing(access, refs)) faulty.add(ref);
    }
    return faulty;
  };
}

async function missing(access: ClusterAccess, refs: readonly string[]): Promise<string[]> {
  const names = refs.map((ref) => tenantNames(ref));
  return withSession(access, "postgres", async (session) => {
    const { rows } = await session.query<{ ref: string }>(
      `select t.ref from unnest($1::text[], $2::text[], $3::text[]) as t (ref, database, login)
       where not exists (select from pg_database d where d.datname = t.database and d.datallowconn)
         or not exists (select from pg_roles r where r.rolname = t.login and r.rolcanlogin)`,
      [refs, names.map(({ database }) => database), names.map(({ authenticator }) => authenticator)],
    );
    return rows.map(({ ref }) => ref);
  });
}
