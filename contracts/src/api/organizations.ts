import { z } from "zod";
import { DisplayName, OrganizationId } from "./common.ts";

export const Organization = z
  .object({ id: OrganizationId, slug: OrganizationId, name: z.string() })
  .meta({ id: "Organization" });
export type Organization = z.infer<typeof Organization>;

export const CreateOrganizationBody = z.strictObject({ name: DisplayName }).meta({ id: "CreateOrganization" });
