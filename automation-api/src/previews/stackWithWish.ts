import { StackSettings } from "@supalove/contracts";
import type { Project } from "../generated/prisma/client.ts";
import type { ProjectWish } from "./wished.ts";

/** A dedicated project's stack as it would be. */
export function stackWithWish(
  project: Pick<Project, "stack">,
  { stack, images }: Pick<ProjectWish, "stack" | "images">,
): StackSettings {
  const stood = StackSettings.parse(project.stack);
  return StackSettings.parse({ ...stood, ...stack, images: { ...stood.images, ...images } });
}
