import * as pulumi from "@pulumi/pulumi";
import type { PasswordName } from "../../provider/projectDatabase/layout.ts";
import { generationName, PASSWORD_LENGTH, randomSecret, randomSecrets } from "../../randomSecrets.ts";

/** Secrets inside a dedicated project's stack, beside its keys. */
export interface ProjectPasswords {
  /** Of the database's superuser, which only the platform logs in as. */
  readonly superuser: pulumi.Output<string>;
  readonly logins: pulumi.Output<Readonly<Record<PasswordName, string>>>;
  /** Key that postgres-meta would open connection strings with; nobody else has it, so nobody can send it one. */
  readonly metaKey: pulumi.Output<string>;
}

/** Places in the one resource that holds the services' secrets; they never change. */
const PLACES = { superuser: 0, authenticator: 1, authAdmin: 2, storageAdmin: 3, metaKey: 4 } as const;
/** Drawn ahead for services that are still to come: another length would draw all of them anew. */
const DRAWN = 16;

/**
 * @param generation how often they were drawn anew
 * @param imported password of the tenant's own login, where it was brought along or changed
 */
export function projectPasswords(
  name: string,
  generation: number,
  imported: string | undefined,
  parent: pulumi.Resource,
): ProjectPasswords {
  const named = (part: string) => generationName(`${name}-${part}`, generation);
  const secret = randomSecrets(named("service-passwords"), DRAWN, PASSWORD_LENGTH, parent);
  const owner =
    imported === undefined ? randomSecret(named("owner-password"), PASSWORD_LENGTH, parent) : pulumi.secret(imported);
  return {
    superuser: secret(PLACES.superuser),
    logins: pulumi.secret(
      pulumi.output({
        owner,
        authenticator: secret(PLACES.authenticator),
        authAdmin: secret(PLACES.authAdmin),
        storageAdmin: secret(PLACES.storageAdmin),
      }),
    ),
    metaKey: secret(PLACES.metaKey),
  };
}
