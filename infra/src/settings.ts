import * as pulumi from "@pulumi/pulumi";
import { InstanceName } from "@supalove/contracts";
import { z } from "zod";

/** The stack's configuration can't be used; the message names the key and what to do. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

const Images = z.object({
  postgres: z.string(),
  keycloak: z.string().optional(),
  prometheus: z.string().optional(),
  "postgres-exporter": z.string().optional(),
  grafana: z.string().optional(),
  api: z.string().optional(),
  runner: z.string().optional(),
  gateway: z.string().optional(),
  dashboard: z.string().optional(),
});

const loopback = new Set(["127.0.0.1", "localhost", "::1"]);

/** Configuration of the base stack, namespace `supalove`, as in `Pulumi.<instance>.yaml`. */
export const PlatformSettings = z
  .object({
    instance: InstanceName,
    /** First port of the instance's block; absent for the documented default ports. */
    portBase: z.coerce.number().int().min(1024).max(65_000).optional(),
    /** Host address that ports are published on. */
    bindAddress: z.union([z.ipv4(), z.ipv6()]).default("127.0.0.1"),
    /** Host name in the URLs that people and tokens see. */
    publicHost: z.string().min(1).default("localhost"),
    /** Takes plain HTTP on another address than loopback, knowingly. */
    insecureBind: z.stringbool().default(false),
    /** References of the images by name, written by the command line before each run. A part without one is left out. */
    images: z.string().transform((text, ctx) => {
      try {
        return Images.parse(JSON.parse(text));
      } catch {
        ctx.addIssue({ code: "custom", message: "not the JSON object of image references that ./supalove up writes" });
        return z.NEVER;
      }
    }),
  })
  .refine(({ bindAddress, insecureBind }) => loopback.has(bindAddress) || insecureBind, {
    path: ["bindAddress"],
    message:
      "another address than loopback would serve passwords over plain HTTP: set supalove:insecureBind to true to allow it",
  });
export type PlatformSettings = z.infer<typeof PlatformSettings>;

/** Reads the running stack's configuration; the stack's name is the instance's. @throws SettingsError */
export function readSettings(): PlatformSettings {
  const config = new pulumi.Config("supalove");
  const keys = ["portBase", "bindAddress", "publicHost", "insecureBind", "images"] as const;
  const given = Object.fromEntries(
    keys.map((key) => [key, config.get(key)]).filter(([, value]) => value !== undefined),
  );
  const parsed = PlatformSettings.safeParse({ ...given, instance: pulumi.getStack() });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `supalove:${issue.path.join(".")}: ${issue.message}`);
  throw new SettingsError(`the stack's configuration can't be used:\n${lines.join("\n")}`);
}
