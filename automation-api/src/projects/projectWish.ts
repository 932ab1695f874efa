import type { UpdateProjectBody } from "@supalove/contracts/api/index.ts";
import type { Services } from "../api/services.ts";
import type { Transaction } from "../database/client.ts";
import { errors } from "../http/errors.ts";
import { loadCatalogue } from "../images/catalogue.ts";
import { resolveImages } from "../images/resolveImages.ts";
import type { ProjectWish } from "../previews/wished.ts";
import type { LoadedProject } from "./loadProject.ts";
import { rotationWish } from "./rotationWish.ts";
import { wishOf } from "./wishOf.ts";

/**
 * What a body wishes for of a project: with the images behind the versions that it names, and the generations of its keys.
 * @throws ApiError `wrong_plan`, `version_unknown`, `version_withdrawn`, and what {@link rotationWish} throws
 */
export async function projectWish(
  { env }: Pick<Services, "env">,
  tx: Transaction,
  project: LoadedProject,
  { images, ...body }: UpdateProjectBody,
): Promise<ProjectWish> {
  const wish = { ...wishOf(body), ...(await rotationWish(tx, project, body)) };
  if (images === undefined) return wish;
  if (project.stack === null) throw errors.wrongPlan("shared");
  return { ...wish, images: resolveImages(await loadCatalogue(tx, env), images) };
}
