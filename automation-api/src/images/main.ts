import { RunnerEnv } from "@supalove/contracts";
import { parseEnv } from "../config/parseEnv.ts";
import { openDatabase } from "../database/client.ts";
import { isDatabaseUnavailable } from "../database/failures.ts";
import { CatalogueRefusal } from "./catalogueRefusal.ts";
import { dockerImages } from "./dockerImages.ts";
import { manageCatalogue } from "./manageCatalogue.ts";

/*
 * `catalogue.js`, run inside the runner's container, the only one that reaches the servers: lists, adds and withdraws versions
 * of the images that dedicated projects run. Whoever may run it holds the container engine's socket, which is more than any
 * token gives.
 */
const Env = RunnerEnv.pick({ DATABASE_URL: true, SUPALOVE_INSTANCE: true, STACK_IMAGES: true });
const env = parseEnv(Env, "catalogue");
const database = openDatabase(env.DATABASE_URL, "supalove-catalogue", 2);
const parts = {
  database,
  images: dockerImages(env),
  release: env.STACK_IMAGES,
  signal: AbortSignal.timeout(900_000),
};
try {
  console.log(await manageCatalogue(parts, process.argv.slice(2)));
} catch (error) {
  if (error instanceof CatalogueRefusal) console.error(error.message);
  else if (isDatabaseUnavailable(error)) console.error("the control database does not answer; try again in a moment");
  else throw error;
  process.exitCode = 1;
} finally {
  await database.$disconnect();
}
