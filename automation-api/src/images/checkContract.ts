import type { StackService } from "@supalove/contracts";
import { type FoundImage, ImageUnfit } from "./imagePort.ts";

/** Label of images that were built here, and of those made from them: what they are. */
const KIND_LABEL = "supalove.image";

const KINDS: Readonly<Record<StackService, string>> = {
  db: "supabase-postgres",
  rest: "postgrest",
  meta: "postgres-meta",
  gateway: "nginx",
};

/**
 * Refuses an image that says of itself that it is something else than the service needs.
 * @throws ImageUnfit
 */
export function checkContract(service: StackService, { labels, env }: FoundImage): void {
  const kind = labels[KIND_LABEL];
  if (kind !== undefined && kind !== KINDS[service]) {
    throw new ImageUnfit(`it is an image of ${kind}, and ${service} needs one of ${KINDS[service]}`);
  }
  // The one service whose program can't be asked: both sets have this variable, and no other image does.
  if (service === "meta" && env["PG_META_PORT"] === undefined) {
    throw new ImageUnfit("it has no variable PG_META_PORT, which every image of postgres-meta has");
  }
}

/** Majors of Postgres that an image names: what it says and what its program is can differ. */
export function postgresMajors({ labels, env }: FoundImage, version: string | null): readonly number[] {
  const said = [env["PG_MAJOR"], labels["supalove.postgres-major"], version].flatMap((text) =>
    text === undefined || text === null ? [] : [Number.parseInt(text, 10)],
  );
  return [...new Set(said.filter(Number.isInteger))];
}
