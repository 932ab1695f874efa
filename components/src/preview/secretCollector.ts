import * as pulumi from "@pulumi/pulumi";
import type { Redactor } from "./redactor.ts";

/**
 * Teaches a redactor every secret that goes into a resource of the running program, as soon as its value is known. Call
 * it at the beginning of an inline program, before any resource.
 */
export function collectSecrets(redactor: Redactor): void {
  pulumi.runtime.registerStackTransformation(({ props }) => {
    visit(props, redactor);
    return undefined;
  });
}

function visit(value: unknown, redactor: Redactor): void {
  if (pulumi.Output.isInstance(value)) {
    const output = value as pulumi.Output<unknown> & { isSecret: Promise<boolean>; promise(): Promise<unknown> };
    // A failed output fails its resource as well, which reports it.
    void Promise.all([output.isSecret, output.promise()]).then(
      ([secret, resolved]) => (secret ? redactor.addAll(resolved) : undefined),
      () => undefined,
    );
  } else if (value instanceof Promise) {
    void value.then(
      (resolved) => visit(resolved, redactor),
      () => undefined,
    );
  } else if (typeof value === "object" && value !== null) {
    for (const child of Object.values(value)) visit(child, redactor);
  }
}
