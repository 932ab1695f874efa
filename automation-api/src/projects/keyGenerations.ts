import { firstKeys, KeyGenerations } from "@supalove/contracts";
import type { Project } from "../generated/prisma/client.ts";

/** The keys of a project by its row, which says nothing of them until they are rotated for the first time. */
export function keyGenerations({
  keyGenerations,
  createdAt,
}: Pick<Project, "keyGenerations" | "createdAt">): KeyGenerations {
  if (keyGenerations !== null) return KeyGenerations.parse(keyGenerations);
  return firstKeys(Math.floor(createdAt.getTime() / 1000));
}
