import { ApiEnv } from "@supalove/contracts";
import { z } from "zod";
import { parseEnv } from "../config/parseEnv.ts";
import { openDatabase } from "../database/client.ts";
import { isDatabaseUnavailable } from "../database/failures.ts";
import { AdminUsageError, runAdmin } from "./runAdmin.ts";

/*
 * `admin.js`, run inside the api container: makes, lists and revokes personal access tokens of the local admin, and has all
 * projects brought back.
 * Whoever may run it holds the container engine's socket, which is more than any token gives.
 */
const { DATABASE_URL } = parseEnv(z.object({ DATABASE_URL: ApiEnv.shape.DATABASE_URL }), "admin");
const database = openDatabase(DATABASE_URL, "supalove-admin", 1);
try {
  for await (const line of runAdmin(database, process.argv.slice(2))) console.log(line);
} catch (error) {
  if (error instanceof AdminUsageError) console.error(error.message);
  else if (isDatabaseUnavailable(error)) console.error("the control database does not answer; try again in a moment");
  else throw error;
  process.exitCode = 1;
} finally {
  await database.$disconnect();
}
