import type { z } from "zod";

/** The environment is not what the service needs; names the variables, never their values. */
export class InvalidEnvironment extends Error {
  override readonly name = "InvalidEnvironment";
}

/** Reads a service's environment, once, at its start. @throws InvalidEnvironment */
export function parseEnv<S extends z.ZodType>(schema: S, service: string, source: unknown = process.env): z.output<S> {
  const result = schema.safeParse(source);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new InvalidEnvironment(`the environment of ${service} is incomplete or wrong:\n${lines.join("\n")}`);
}
