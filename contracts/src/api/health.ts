import { z } from "zod";

export const Health = z
  .object({ status: z.literal("healthy"), instance: z.string(), version: z.string() })
  .meta({ id: "Health" });

export const Readiness = z
  .object({ ready: z.boolean(), checks: z.record(z.string(), z.enum(["ok", "failed"])) })
  .meta({ id: "Readiness" });
