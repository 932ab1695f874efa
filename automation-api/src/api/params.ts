import { ProjectRef } from "@supalove/contracts";
import { OrganizationId } from "@supalove/contracts/api/index.ts";
import { z } from "zod";

/** Path of everything below a project. */
export const ProjectParams = z.object({ ref: ProjectRef });

/** Ids of ours are taken as they come: one of a wrong form is simply unknown. */
export const IdParams = z.object({ id: z.string().min(1).max(64) });

/** Path of everything below an organization. */
export const OrganizationParams = z.object({ slug: OrganizationId });

/** Path of a member. */
export const MemberParams = OrganizationParams.extend({ user_id: z.uuid() });
