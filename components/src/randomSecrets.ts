import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";

/** Characters of a generated password: 190 bits. */
export const PASSWORD_LENGTH = 32;

/** Name of a secret's resource in one of its generations; the first one's is the name that every secret has. */
export const generationName = (name: string, generation: number): string =>
  generation === 0 ? name : `${name}-${generation}`;

/** A secret of letters and digits, which need no escaping in URLs, JSON, SQL and shells. */
export function randomSecret(name: string, length: number, parent?: pulumi.Resource): pulumi.Output<string> {
  return randomSecrets(name, 1, length, parent)(0);
}

/**
 * Several secrets that share a resource, because each resource costs every run its share of time.
 *
 * Always a `RandomPassword`: the id of any other random resource is what it drew, and ids are not encrypted in the state.
 * @param length characters of each
 * @returns the secret at a place, which must never change
 */
export function randomSecrets(
  name: string,
  count: number,
  length: number,
  parent?: pulumi.Resource,
): (index: number) => pulumi.Output<string> {
  const { result } = new RandomPassword(
    name,
    { length: count * length, special: false },
    // A later default must never replace what is in use.
    { ...(parent === undefined ? {} : { parent }), ignoreChanges: ["length", "special"] },
  );
  return (index) => pulumi.secret(result.apply((text) => partOf(name, text, index, length)));
}

/** Part of a drawn text. @throws RangeError where it was drawn for fewer parts: an empty password would do harm unseen */
export function partOf(name: string, text: string, index: number, length: number): string {
  const part = text.slice(index * length, (index + 1) * length);
  if (part.length !== length) throw new RangeError(`${name} has ${text.length} characters and no part ${index}`);
  return part;
}
