import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";

/** Environment of a service as a component sets it: the variables of its contract, those with a default optional. */
export type ServiceEnv<Schema extends z.ZodObject> = {
  readonly [Name in keyof z.input<Schema> as undefined extends z.input<Schema>[Name]
    ? never
    : Name]: pulumi.Input<string>;
} & {
  readonly [Name in keyof z.input<Schema> as undefined extends z.input<Schema>[Name]
    ? Name
    : never]?: pulumi.Input<string>;
};

/** The same as plain variables, without those that are left to their defaults. */
export function serviceEnv(env: Readonly<Record<string, pulumi.Input<string> | undefined>>) {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, pulumi.Input<string>] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
