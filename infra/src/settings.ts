import * as pulumi from "@pulumi/pulumi";
import { InstanceName, Subnet, unknownSetting } from "@supalove/contracts";
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
  // What dedicated projects run, and the firewall around them.
  firewall: z.string().optional(),
  "supabase-postgres": z.string().optional(),
  postgrest: z.string().optional(),
  "postgres-meta": z.string().optional(),
  nginx: z.string().optional(),
});

/** Text that holds JSON of a form. */
const json = <T>(schema: z.ZodType<T>, message: string) =>
  z.string().transform((text, context) => {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }
  });

/** A mail server; its password is a setting of its own, `mailPassword`, so that it can be a secret. */
const Mail = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  from: z.email(),
  startTls: z.boolean().optional(),
  username: z.string().min(1).optional(),
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
    /** Addresses of the network that dedicated projects' gateways are on; chosen by the command line at the first `up`. */
    projectsSubnet: Subnet.optional(),
    /** References of the images by name, written by the command line before each run. A part without one is left out. */
    images: json(Images, "not the JSON object of image references that ./supalove up writes"),
    /** Whether people may make accounts for themselves. */
    signUp: z.stringbool().default(true),
    /** Whether a new account has to prove its e-mail address first; needs `mail`. */
    verifyEmail: z.stringbool().default(false),
    mail: json(
      Mail,
      'not {"host":"...","port":587,"from":"an e-mail address"}, with "startTls" and "username" if wanted',
    ).optional(),
    /** True when `supalove:mailPassword` is set; the value is read where it is used, as a secret. */
    mailPassword: z.boolean(),
  })
  .refine(({ bindAddress, insecureBind }) => loopback.has(bindAddress) || insecureBind, {
    path: ["bindAddress"],
    message:
      "another address than loopback would serve passwords over plain HTTP: set supalove:insecureBind to true to allow it",
  })
  .refine(({ verifyEmail, mail }) => !verifyEmail || mail !== undefined, {
    path: ["verifyEmail"],
    message: "needs a mail server: set supalove:mail as well",
  })
  .refine(({ mail, mailPassword }) => (mail?.username === undefined) !== mailPassword, {
    path: ["mailPassword"],
    message: "goes together with a username in supalove:mail: set both or none (pulumi config set --secret)",
  });
export type PlatformSettings = z.infer<typeof PlatformSettings>;

/** Reads the running stack's configuration; the stack's name is the instance's. @throws SettingsError */
export function readSettings(): PlatformSettings {
  const config = new pulumi.Config("supalove");
  for (const key of Object.keys(pulumi.runtime.allConfig()).filter((name) => name.startsWith("supalove:"))) {
    const problem = unknownSetting(key.slice("supalove:".length));
    if (problem !== undefined) throw new SettingsError(`the stack's configuration can't be used:\n${problem}`);
  }
  const keys = [
    ...["portBase", "bindAddress", "publicHost", "insecureBind", "projectsSubnet", "images"],
    ...["signUp", "verifyEmail", "mail"],
  ];
  const given = Object.fromEntries(
    keys.map((key) => [key, config.get(key)]).filter(([, value]) => value !== undefined),
  );
  const mailPassword = config.getSecret("mailPassword") !== undefined;
  const parsed = PlatformSettings.safeParse({ ...given, mailPassword, instance: pulumi.getStack() });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `supalove:${issue.path.join(".")}: ${issue.message}`);
  throw new SettingsError(`the stack's configuration can't be used:\n${lines.join("\n")}`);
}

/** Password for the mail server, where one is set. */
export function mailPassword(): pulumi.Output<string> | undefined {
  return new pulumi.Config("supalove").getSecret("mailPassword");
}
