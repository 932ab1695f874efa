import { z } from "zod";
import { checkWith, diffKeys } from "../checks.ts";
import type { ResourceHandler, State } from "../handler.ts";
import {
  DATABASE_SUPERUSER,
  DatabaseAccess,
  DatabaseNotRunning,
  LoginRefused,
  runSql,
  untilAnswers,
} from "./access.ts";
import { DatabaseFacts, describeDatabaseDrift } from "./databaseFacts.ts";
import { databaseFactsSql, databaseSql } from "./databaseSql.ts";
import { takeBackSql } from "./takeBackSql.ts";

const Inputs = z.object({
  access: DatabaseAccess,
  extensions: z.array(z.string()),
  passwords: z.object({
    owner: z.string(),
    authenticator: z.string(),
    authAdmin: z.string(),
    storageAdmin: z.string(),
  }),
});
type Inputs = z.infer<typeof Inputs>;
const DatabaseState = Inputs.extend({ drift: z.array(z.string()) });
type DatabaseState = z.infer<typeof DatabaseState>;

/** @param known state before this; what its look told was added by hand is taken back, and nothing else is undone unseen */
async function apply(wished: Inputs, known?: DatabaseState): Promise<DatabaseState> {
  await untilAnswers(wished.access);
  const repairs = known !== undefined && known.drift.length > 0;
  const more = repairs ? takeBackSql(await readFacts(wished.access, known.access)) : [];
  await runWithEither(wished.access, known?.access, databaseSql(wished, more));
  return { ...wished, drift: [] };
}

/**
 * @param known access as the state has it. Where the platform's own password changes, that is what opens the database; and the
 * new one does where an earlier run was cut off after it had set it. One of the two always does.
 */
async function runWithEither(wished: DatabaseAccess, known: DatabaseAccess | undefined, sql: string): Promise<string> {
  try {
    return await runSql(wished, sql);
  } catch (error) {
    if (!(error instanceof LoginRefused) || known === undefined) throw error;
    return runSql({ ...wished, password: known.password }, sql);
  }
}

async function readFacts(wished: DatabaseAccess, known?: DatabaseAccess): Promise<DatabaseFacts> {
  return DatabaseFacts.parse(JSON.parse(await runWithEither(wished, known, databaseFactsSql())));
}

async function read(id: string, known: DatabaseState): Promise<State> {
  const { drift: _, ...inputs } = known;
  const drift = await look(inputs).catch((error: unknown) => {
    // A container that is gone is a change of its own, told by its own resource.
    if (error instanceof DatabaseNotRunning) return [];
    // A rotation was cut off between the database and the state: what goes on from here has the new password.
    if (error instanceof LoginRefused) return [`role ${DATABASE_SUPERUSER}: another password than the project's`];
    throw error;
  });
  return { id, outputs: { ...inputs, drift }, inputs };
}

const look = async (wished: Inputs) => describeDatabaseDrift(wished, await readFacts(wished.access));

/**
 * `supalove:project:Database`: roles, passwords, grants and extensions inside a dedicated project's database. It is reached
 * through the server's Docker engine, since no network leads there. Taking it away does nothing: the volume goes, or stays,
 * with everything in it.
 */
export const projectDatabaseHandler: ResourceHandler = {
  check: checkWith(Inputs),
  diff: diffKeys(["access", "extensions", "passwords"]),
  create: async (inputs) => {
    const outputs = await apply(Inputs.parse(inputs));
    return { id: outputs.access.container, outputs };
  },
  read: (id, outputs) => read(id, DatabaseState.parse(outputs)),
  update: async (_id, outputs, inputs) => apply(Inputs.parse(inputs), DatabaseState.parse(outputs)),
  delete: async () => {},
};
