import { join } from "node:path";
import type { InstanceName } from "@supalove/contracts";

/** Where everything of one instance lies. */
export interface InstancePaths {
  readonly dir: string;
  readonly passphrase: string;
  readonly masterKeyring: string;
  readonly dataPlaneKeyring: string;
  readonly state: string;
  readonly logs: string;
  /** What the last look for drift found. */
  readonly lastLook: string;
  /** The stack's config, inside the instance's folder. */
  readonly stackConfig: string;
  /** Where Pulumi looks for it: a link at the repository root. */
  readonly stackConfigLink: string;
}

/**
 * Paths of an instance.
 * @param dataDir folder of all instances
 * @param root repository root
 */
export function instancePaths(dataDir: string, root: string, instance: InstanceName): InstancePaths {
  const dir = join(dataDir, instance);
  return {
    dir,
    passphrase: join(dir, "passphrase"),
    masterKeyring: join(dir, "keyring-master.json"),
    dataPlaneKeyring: join(dir, "keyring-data-plane.json"),
    state: join(dir, "state"),
    logs: join(dir, "logs"),
    lastLook: join(dir, "drift.json"),
    stackConfig: join(dir, `Pulumi.${instance}.yaml`),
    stackConfigLink: join(root, `Pulumi.${instance}.yaml`),
  };
}
