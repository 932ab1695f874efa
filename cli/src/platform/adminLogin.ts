import { z } from "zod";
import type { PlatformStatus } from "../status/assemble.ts";

/** The first login of an instance. */
export interface Login {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

const Outputs = z.object({ admin: z.object({ username: z.string(), password: z.string() }) });

/** The local admin's login out of the stack's outputs. For the terminal only, never for a log. */
export function adminLogin(outputs: Readonly<Record<string, unknown>>, status: PlatformStatus): Login | undefined {
  const parsed = Outputs.safeParse(outputs);
  if (!parsed.success) return undefined;
  return { url: status.urls.dashboard, ...parsed.data.admin };
}
