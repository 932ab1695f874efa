import { ProjectRef } from "@supalove/contracts";
import { z } from "zod";

/** Path of everything below a project. */
export const ProjectParams = z.object({ ref: ProjectRef });

/** Ids of ours are taken as they come: one of a wrong form is simply unknown. */
export const IdParams = z.object({ id: z.string().min(1).max(64) });
