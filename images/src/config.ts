import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** What image building takes from the environment. */
const ImagesEnv = z.object({
  HOME: z.string().optional(),
  /** Where downloads and tools are kept between builds. */
  XDG_CACHE_HOME: z.string().optional(),
  /** Debian mirror to build from, where the host has no Debian apt source of its own (say, on Ubuntu). */
  SUPALOVE_DEBIAN_MIRROR: z.url({ protocol: /^https?$/ }).optional(),
  /** Its security part; by default the mirror's sibling `debian-security`. */
  SUPALOVE_DEBIAN_SECURITY_MIRROR: z.url({ protocol: /^https?$/ }).optional(),
});

export interface ImagesConfig {
  /** Downloads and tools, shared by all instances of this user. */
  readonly cacheDir: string;
  readonly debianMirror?: string | undefined;
  readonly debianSecurityMirror?: string | undefined;
}

/** Parses the environment once. @throws ZodError that names the variable */
export function loadImagesConfig(env: NodeJS.ProcessEnv = process.env): ImagesConfig {
  const parsed = ImagesEnv.parse(env);
  const cacheHome = parsed.XDG_CACHE_HOME || join(parsed.HOME ?? homedir(), ".cache");
  return {
    cacheDir: join(cacheHome, "supalove"),
    debianMirror: parsed.SUPALOVE_DEBIAN_MIRROR,
    debianSecurityMirror: parsed.SUPALOVE_DEBIAN_SECURITY_MIRROR,
  };
}
