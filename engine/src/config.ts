import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const EngineEnv = z.object({
  HOME: z.string().optional(),
  PATH: z.string().default(""),
  /** Pulumi's own variable for its folder. */
  PULUMI_HOME: z.string().optional(),
});

export interface EngineConfig {
  /** Pulumi's folder: the usual `~/.pulumi`, so that a plain `pulumi` finds the same things. */
  readonly home: string;
  readonly path: string;
}

export function loadEngineConfig(env: NodeJS.ProcessEnv = process.env): EngineConfig {
  const parsed = EngineEnv.parse(env);
  return { home: parsed.PULUMI_HOME || join(parsed.HOME ?? homedir(), ".pulumi"), path: parsed.PATH };
}
