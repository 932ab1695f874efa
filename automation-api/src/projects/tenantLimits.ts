import type { Size, TenantLimits } from "@supalove/contracts";

const MIB = 1024 * 1024;

/** A size's share of the shared services. Each step is about twice the one before. */
const LIMITS: Readonly<Record<Size, TenantLimits>> = {
  nano: { requestsPerSecond: 50, concurrency: 10, queue: 50, restPool: 3, bodyBytes: 10 * MIB, timeoutSeconds: 60 },
  micro: { requestsPerSecond: 200, concurrency: 32, queue: 200, restPool: 5, bodyBytes: 50 * MIB, timeoutSeconds: 60 },
  small: { requestsPerSecond: 400, concurrency: 64, queue: 400, restPool: 8, bodyBytes: 50 * MIB, timeoutSeconds: 60 },
  medium: {
    requestsPerSecond: 800,
    concurrency: 96,
    queue: 600,
    restPool: 12,
    bodyBytes: 50 * MIB,
    timeoutSeconds: 120,
  },
  large: {
    requestsPerSecond: 1600,
    concurrency: 128,
    queue: 800,
    restPool: 16,
    bodyBytes: 50 * MIB,
    timeoutSeconds: 120,
  },
};

/** Limits that the gateway keeps for a project of this size. */
export const tenantLimits = (size: Size): TenantLimits => LIMITS[size];
