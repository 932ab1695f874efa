import { DashboardEnv } from "@supalove/contracts/serviceEnv.ts";
import { z } from "zod";

let parsed: DashboardEnv | undefined;

/** The server's settings, parsed once. @throws Error that names the variables */
export function dashboardEnv(): DashboardEnv {
  if (parsed !== undefined) return parsed;
  const result = DashboardEnv.safeParse(process.env);
  if (!result.success) throw new Error(`the environment can't be used:\n${z.prettifyError(result.error)}`);
  parsed = result.data;
  return parsed;
}
