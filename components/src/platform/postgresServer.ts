import type { Container } from "@pulumi/docker/container.js";
import { Volume } from "@pulumi/docker/volume.js";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterAccess, type InstanceName, LABELS, platformName, reachableAddress } from "@supalove/contracts";
import { PASSWORD_LENGTH, randomSecret } from "../randomSecrets.ts";
import { platformContainer } from "./platformContainer.ts";

/** Bootstrap superuser of both clusters, as Supabase names it. */
export const SUPERUSER = "supabase_admin";

const PASSWORD_FILE = "/run/supalove/superuser-password";

export interface PostgresServerArgs {
  readonly instance: InstanceName;
  readonly service: "control-db" | "shared-db";
  readonly image: pulumi.Input<string>;
  readonly bindAddress: string;
  /** Published port, for the base stack's own providers. */
  readonly port: number;
  readonly networks: { readonly edge: pulumi.Input<string>; readonly inside: pulumi.Input<string> };
  /** Text of `pg_hba.conf`. */
  readonly hba: string;
  /** Text of the configuration beside the image's own. */
  readonly conf: string;
  readonly memoryMebibytes: number;
}

export interface PostgresServer {
  readonly container: Container;
  readonly superuserPassword: pulumi.Output<string>;
  /** As the base stack's providers reach it: over the published port. */
  readonly fromHost: pulumi.Output<ClusterAccess>;
  /** As other containers reach it. */
  readonly fromNetwork: pulumi.Output<ClusterAccess>;
}

/** A Postgres server in a container with its volume. The password is a file, so that `docker inspect` does not show it. */
export function postgresServer(name: string, args: PostgresServerArgs, parent: pulumi.Resource): PostgresServer {
  const superuserPassword = randomSecret(`${name}-superuser`, PASSWORD_LENGTH, parent);
  const volume = new Volume(
    `${name}-data`,
    {
      name: platformName(args.instance, `${args.service}-data`),
      labels: [{ label: LABELS.instance, value: args.instance }],
    },
    // Every argument of a volume replaces it, and with it all data.
    { parent, protect: true, ignoreChanges: ["labels", "driver", "driverOpts"] },
  );
  const container = platformContainer(
    `${name}-container`,
    {
      instance: args.instance,
      service: args.service,
      image: args.image,
      bindAddress: args.bindAddress,
      networks: [
        { name: args.networks.edge, alias: false },
        { name: args.networks.inside, alias: true },
      ],
      ports: [{ internal: 5432, external: args.port }],
      env: { POSTGRES_USER: SUPERUSER, POSTGRES_PASSWORD_FILE: PASSWORD_FILE },
      files: [
        { path: PASSWORD_FILE, content: superuserPassword },
        { path: "/etc/postgresql/pg_hba.conf", content: args.hba },
        { path: "/etc/postgresql/conf.d/supalove.conf", content: args.conf },
      ],
      mounts: [{ volume: volume.name, target: "/var/lib/postgresql/data" }],
      // Over TCP, which the temporary server of the first start doesn't listen on, and as a user the HBA rules know.
      healthcheck: {
        tests: ["CMD", "pg_isready", "-q", "-h", "127.0.0.1", "-U", SUPERUSER, "-d", "postgres"],
        interval: "2s",
      },
      memoryMebibytes: args.memoryMebibytes,
      shmMebibytes: 256,
      // The checkpoint at the end of many new databases takes its time; a killed server would have to replay instead.
      stopSeconds: 120,
    },
    { parent },
  );
  const access = (host: string, port: number) =>
    pulumi.secret(
      superuserPassword.apply((password): ClusterAccess => ({ host, port, username: SUPERUSER, password })),
    );
  return {
    container,
    superuserPassword,
    fromHost: access(reachableAddress(args.bindAddress), args.port),
    fromNetwork: access(args.service, 5432),
  };
}
