import { z } from "zod";
import { DisplayName, OrganizationId, Timestamp } from "./common.ts";
import { MemberRole } from "./identity.ts";

/** When a second person must approve a change before it is made, strictest last. */
export const APPROVAL_POLICIES = ["none", "destructive", "always"] as const;
export const ApprovalPolicy = z.enum(APPROVAL_POLICIES).meta({
  description:
    "which changes of projects need a second person: `none`, those that lose data (`destructive`), or all (`always`)",
});
export type ApprovalPolicy = z.infer<typeof ApprovalPolicy>;

export const Organization = z
  .object({ id: OrganizationId, slug: OrganizationId, name: z.string() })
  .meta({ id: "Organization" });
export type Organization = z.infer<typeof Organization>;

export const CreateOrganizationBody = z.strictObject({ name: DisplayName }).meta({ id: "CreateOrganization" });

/** `GET` and `PATCH /v1/organizations/{slug}`. */
export const OrganizationDetails = Organization.extend({
  approval_policy: ApprovalPolicy,
  role: MemberRole.meta({ description: "the caller's own" }),
  user_id: z.uuid().meta({ description: "the caller's own, as the list of members has it" }),
}).meta({ id: "OrganizationDetails" });
export type OrganizationDetails = z.infer<typeof OrganizationDetails>;

/** `PATCH /v1/organizations/{slug}`: what it does not name stays as it is. */
export const UpdateOrganizationBody = z
  .strictObject({ name: DisplayName.optional(), approval_policy: ApprovalPolicy.optional() })
  .refine((body) => Object.keys(body).length > 0, "name or approval_policy: name what is to change")
  .meta({ id: "UpdateOrganization" });

/** A member as the Management API shows one, plus our fields. */
export const OrganizationMember = z
  .object({
    user_id: z.uuid(),
    user_name: z.string(),
    email: z.string().optional().meta({ description: "absent where the identity provider knows none" }),
    role_name: z.string().meta({ description: "the role in words, as the Management API has it" }),
    mfa_enabled: z.boolean().meta({ description: "always false: second factors are the identity provider's matter" }),
    role: MemberRole,
    created_at: Timestamp.meta({ description: "member since" }),
  })
  .meta({ id: "OrganizationMember" });
export type OrganizationMember = z.infer<typeof OrganizationMember>;

/** Longest address that mail knows. */
const MAX_EMAIL = 254;

/** `POST /v1/organizations/{slug}/members`. */
export const AddMemberBody = z
  .strictObject({
    email: z
      .email("must be an email address")
      .max(MAX_EMAIL)
      .meta({ description: "of a person who has signed in here once" }),
    role: MemberRole.default("developer"),
  })
  .meta({ id: "AddMember" });

/** `PATCH /v1/organizations/{slug}/members/{user_id}`. */
export const UpdateMemberBody = z.strictObject({ role: MemberRole }).meta({ id: "UpdateMember" });
