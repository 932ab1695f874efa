import { z } from "zod";

/** Clients of the identity provider whose access tokens the API takes (claim `azp`). */
export const OIDC_CLIENTS = ["supalove-dashboard", "supalove-cli"] as const;

/** Realm role of the people who run the platform: they are owners of organization `default`. */
export const PLATFORM_ADMIN_ROLE = "platform-admin";

/** What a member may do in an organization, strongest first. */
export const MEMBER_ROLES = ["owner", "administrator", "developer", "read_only"] as const;
export const MemberRole = z.enum(MEMBER_ROLES);
export type MemberRole = z.infer<typeof MemberRole>;

/** Roles in the words of the Management API. */
export const ROLE_NAMES: Readonly<Record<MemberRole, string>> = {
  owner: "Owner",
  administrator: "Administrator",
  developer: "Developer",
  read_only: "Read-only",
};

/** Paths of the dashboard that take part in sign-in; the only ones the identity provider sends a browser or a logout to. */
export const DASHBOARD_PATHS = {
  callback: "/auth/callback",
  signedOut: "/",
  backchannelLogout: "/auth/backchannel-logout",
} as const;
