import { Provider } from "@pulumi/postgresql/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "@supalove/contracts";

/** The PostgreSQL provider on a cluster, as its superuser. */
export function clusterProvider(
  name: string,
  cluster: pulumi.Input<ClusterAccess>,
  opts: pulumi.CustomResourceOptions,
): Provider {
  const access = pulumi.output(cluster);
  return new Provider(
    name,
    {
      // Only the password is a secret; the rest may be read in a preview.
      host: pulumi.unsecret(access.host),
      port: pulumi.unsecret(access.port),
      username: pulumi.unsecret(access.username),
      password: pulumi.secret(access.password),
      database: "postgres",
      sslmode: "disable",
      superuser: true,
      // Saves a round trip on each start, and is what the images hold.
      expectedVersion: "15.0.0",
      connectTimeout: 15,
    },
    opts,
  );
}
