import type { StackService } from "@supalove/contracts";

/** Services as sentences name them. */
export const SERVICE_WORDS: Readonly<Record<StackService, string>> = {
  db: "Postgres",
  rest: "the REST service",
  meta: "postgres-meta",
  gateway: "the gateway",
};
