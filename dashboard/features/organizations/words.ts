import type { ApprovalPolicy, MemberRole } from "@supalove/contracts/api/index.ts";

/** Policies in the words that a person chooses by, mildest first. */
export const POLICIES: readonly (readonly [policy: ApprovalPolicy, name: string, about: string])[] = [
  ["none", "Nobody", "Whoever may change a project changes it."],
  ["destructive", "A second person for what loses data", "Deleting a project, and any change that would lose data."],
  [
    "always",
    "A second person for every change",
    "Creating, changing, repairing, pausing, resuming, restarting and deleting.",
  ],
];

/** Roles, weakest first: what is chosen by mistake does the least. */
export const ROLES: readonly (readonly [role: MemberRole, name: string, about: string])[] = [
  ["read_only", "Read-only", "sees projects, no secrets"],
  ["developer", "Developer", "also keys and SQL"],
  ["administrator", "Administrator", "also makes, changes and deletes projects"],
  ["owner", "Owner", "also members and approvals"],
];

export const roleName = (role: MemberRole): string => ROLES.find(([known]) => known === role)?.[1] ?? role;
