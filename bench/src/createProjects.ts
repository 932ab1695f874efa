import { randomBytes } from "node:crypto";
import { inTransaction, quoteName, withSession } from "@supalove/components/provider/postgres.ts";
import { tenantRoles } from "@supalove/components/provider/tenantRoles/layout.ts";
import { passwordsSql } from "@supalove/components/provider/tenantRoles/passwords.ts";
import { roleLimits } from "@supalove/components/provider/tenantRoles/roleLimits.ts";
import { rolesSql } from "@supalove/components/provider/tenantRoles/rolesSql.ts";
import { createSql } from "@supalove/components/provider/tenantSchema/createSql.ts";
import { templateName } from "@supalove/components/tenantSql/index.ts";
import { newProjectRef, tenantNames } from "@supalove/contracts";
import { api, deleteProject, type Project, projectWithStatus, uniqueName } from "../../tests/harness/api.ts";
import { clusterAccess } from "./cluster.ts";
import { type Bench, percentile, timed } from "./report.ts";

const N = 20;

async function createAndWait(refs: string[]): Promise<void> {
  const { status, body } = await api<Project>("/v1/projects", { body: { name: uniqueName("bench"), plan: "shared" } });
  if (status !== 201) throw new Error(`create answered ${status}`);
  refs.push(body.ref);
  await projectWithStatus(body.ref, ["ACTIVE_HEALTHY"], 300);
}

/** Shared projects accepted -> healthy: one after the other, all at once, and the cluster's own part of it by hand. */
export const createProjects: Bench = async (log) => {
  const refs: string[] = [];
  await createAndWait(refs);
  const one: number[] = [];
  for (let i = 0; i < N; i++) {
    one.push(await timed(() => createAndWait(refs)));
    log(`created ${i + 1}/${N}: ${one.at(-1)?.toFixed(0)} ms`);
  }
  const together: number[] = [];
  const wall = await timed(() =>
    Promise.all(Array.from({ length: N }, async () => together.push(await timed(() => createAndWait(refs))))),
  );
  const byHand = await sqlByHand();
  const deletes: number[] = [];
  for (const ref of refs) deletes.push(await timed(() => deleteProject(ref)));
  return [
    { what: "shared project, accepted -> healthy, p50", value: percentile(one, 50), unit: "ms", note: `${N} in a row` },
    { what: "the same, p95", value: percentile(one, 95), unit: "ms", note: `${N} in a row` },
    { what: "20 at once, p50", value: percentile(together, 50), unit: "ms", note: "queue included" },
    { what: "20 at once, p95", value: percentile(together, 95), unit: "ms", note: "queue included" },
    { what: "20 at once, all done", value: wall, unit: "ms" },
    {
      what: "same SQL by hand, p50",
      value: percentile(byHand, 50),
      unit: "ms",
      note: "the same statements on two connections",
    },
    { what: "ratio to SQL by hand", value: percentile(one, 50) / percentile(byHand, 50), unit: "x" },
    { what: "delete, p50", value: percentile(deletes, 50), unit: "ms" },
  ];
};

const password = () => randomBytes(24).toString("base64url");

/** Everything that a create does in the cluster, by the same statements on two connections: what no engine can undercut. */
async function sqlByHand(): Promise<number[]> {
  const access = await clusterAccess();
  const times: number[] = [];
  for (let i = 0; i < N; i++) {
    const ref = newProjectRef();
    const names = tenantNames(ref);
    const roles = tenantRoles(names, roleLimits("micro"));
    const passwords = {
      owner: password(),
      authenticator: password(),
      authAdmin: password(),
      storageAdmin: password(),
    };
    times.push(
      await timed(async () => {
        await withSession(access, "postgres", async (session) => {
          await inTransaction(session, [...rolesSql(roles, new Map()), ...passwordsSql(names, passwords)]);
          await session.query(`create database ${quoteName(names.database)} template ${quoteName(templateName())}`);
        });
        await withSession(access, names.database, (session) => inTransaction(session, createSql(names, ref, [])));
      }),
    );
    await withSession(access, "postgres", async (session) => {
      await session.query(`drop database ${quoteName(names.database)}`);
      await session.query(`drop role ${roles.map(({ name }) => quoteName(name)).join(", ")}`);
    });
  }
  return times;
}
