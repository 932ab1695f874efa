import { ClusterAccess, ProjectRef } from "@supalove/contracts";
import { z } from "zod";
import { TenantPasswords } from "../tenantRoles/passwords.ts";

export const ExtensionName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, "an extension's name is lower-case letters, digits, '_' and '-'");

/** Inputs as the program gives them. */
export const TenantSchemaInputs = z.object({
  cluster: ClusterAccess,
  ref: ProjectRef,
  extensions: z.array(ExtensionName),
  passwords: TenantPasswords,
});
export type TenantSchemaInputs = z.infer<typeof TenantSchemaInputs>;

/** Inputs after `check`: with the schema version this program brings. */
export const CheckedTenantSchema = TenantSchemaInputs.extend({ schemaVersion: z.string() });
export type CheckedTenantSchema = z.infer<typeof CheckedTenantSchema>;

/** Outputs: the inputs, what has been applied, and in words what is not as it should be. */
export const TenantSchemaState = CheckedTenantSchema.extend({
  migrations: z.record(z.string(), z.string()),
  drift: z.array(z.string()),
});
export type TenantSchemaState = z.infer<typeof TenantSchemaState>;
