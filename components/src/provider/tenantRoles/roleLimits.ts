import type { Size } from "@supalove/contracts";
import { z } from "zod";

const limit = z.number().int().min(1).max(1000);

/** Connections that each login of a tenant may hold at once; the sum is the most a tenant can take from the cluster. */
export const RoleLimits = z.object({
  owner: limit,
  /** PostgREST's pool, its listener and the other services that check row level security. */
  authenticator: limit,
  authAdmin: limit,
  storageAdmin: limit,
});
export type RoleLimits = z.infer<typeof RoleLimits>;

const LIMITS: Readonly<Record<Size, RoleLimits>> = {
  nano: { owner: 5, authenticator: 8, authAdmin: 4, storageAdmin: 4 },
  micro: { owner: 10, authenticator: 12, authAdmin: 5, storageAdmin: 5 },
  small: { owner: 15, authenticator: 20, authAdmin: 8, storageAdmin: 8 },
  medium: { owner: 20, authenticator: 30, authAdmin: 10, storageAdmin: 10 },
  large: { owner: 30, authenticator: 50, authAdmin: 15, storageAdmin: 15 },
};

/** Connection limits of a project's logins by its size. */
export const roleLimits = (size: Size): RoleLimits => LIMITS[size];
