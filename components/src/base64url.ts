import * as pulumi from "@pulumi/pulumi";

/** Base64 as the random provider gives it, as a secret in the alphabet that needs no escaping in URLs, JSON and shells. */
export function base64url(base64: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.secret(base64.apply((text) => Buffer.from(text, "base64").toString("base64url")));
}

/**
 * One of several secrets that share a random resource, because each resource costs every run its share of time.
 * @param index its place, which must never change
 * @param bytes size of each
 */
export function base64urlPart(base64: pulumi.Output<string>, index: number, bytes: number): pulumi.Output<string> {
  return pulumi.secret(
    base64.apply((text) =>
      Buffer.from(text, "base64")
        .subarray(index * bytes, (index + 1) * bytes)
        .toString("base64url"),
    ),
  );
}
