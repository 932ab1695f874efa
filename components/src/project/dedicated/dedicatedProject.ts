import type { Container } from "@pulumi/docker/container.js";
import { Provider } from "@pulumi/docker/provider.js";
import { Volume } from "@pulumi/docker/volume.js";
import * as pulumi from "@pulumi/pulumi";
import { type DedicatedSpec, LABELS, type ServerPlace, type StackService, stackName } from "@supalove/contracts";
import { ProjectDatabase } from "../../cluster/projectDatabase.ts";
import { ProjectNetwork } from "../../cluster/projectNetwork.ts";
import { type ServiceContainerArgs, serviceContainer } from "../../containers/serviceContainer.ts";
import { DATABASE_SUPERUSER } from "../../provider/projectDatabase/access.ts";
import type { ProjectKeys } from "../projectKeys.ts";
import {
  buildDatabaseCommand,
  buildDatabaseEnv,
  buildMetaEnv,
  buildRestEnv,
  PASSWORD_FILE,
  PORTS,
} from "./buildServiceEnv.ts";
import { gatewayContainerArgs } from "./gatewayContainer.ts";
import { planSize, type SizePlan } from "./planSize.ts";
import { type ProjectPasswords, projectPasswords } from "./projectPasswords.ts";

export interface DedicatedProjectArgs {
  readonly spec: DedicatedSpec;
  /** The server that the containers run on. */
  readonly place: ServerPlace;
  readonly keys: ProjectKeys;
}

/**
 * A project as its own stack of containers: a network that leads nowhere, on which the database, the services and the gateway
 * meet; the gateway alone is on the server's edge network as well. The network and the volume are protected: what makes them
 * anew would take everything with them. A paused project keeps both and has no container.
 */
export class DedicatedProject extends pulumi.ComponentResource {
  /** The project's own gateway, as the routing gateway reaches it. */
  readonly gatewayUrl: pulumi.Output<string>;
  readonly passwords: ProjectPasswords;
  readonly #args: DedicatedProjectArgs;
  readonly #provider: Provider;
  readonly #network: ProjectNetwork;
  readonly #size: SizePlan;

  constructor(name: string, args: DedicatedProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("supalove:project:DedicatedProject", name, {}, opts);
    const { spec, place } = args;
    this.#args = args;
    this.#size = planSize(spec.size, spec.stack.postgresSettings, place.cores);
    this.#provider = new Provider(`${name}-server`, { host: place.endpoint }, { parent: this });
    this.passwords = projectPasswords(name, spec.passwordGeneration, spec.imported.databasePassword, this);
    const labels = Object.entries(this.#labels()).map(([label, value]) => ({ label, value }));
    this.#network = new ProjectNetwork(
      `${name}-network`,
      { endpoint: place.endpoint, name: stackName(place.instance, spec.ref), labels: this.#labels() },
      { parent: this, protect: true },
    );
    const volume = new Volume(
      `${name}-data`,
      { name: stackName(place.instance, spec.ref, "data"), labels },
      { parent: this, provider: this.#provider, protect: true, ignoreChanges: ["labels", "driver", "driverOpts"] },
    );
    if (!spec.stack.paused) this.#containers(name, volume);
    const host = place.reachedAt === null ? stackName(place.instance, spec.ref, "gateway") : place.reachedAt;
    const port = place.reachedAt === null ? PORTS.gateway : spec.stack.gatewayPort;
    this.gatewayUrl = pulumi.output(`http://${host}:${port}`);
    this.registerOutputs();
  }

  #containers(name: string, volume: Volume): void {
    const { spec, place, keys } = this.#args;
    const { services, images } = spec.stack;
    const { passwords } = this;
    const db = this.#container(name, "db", {
      image: images.db,
      command: buildDatabaseCommand(this.#size.postgres),
      env: buildDatabaseEnv(),
      files: [{ path: PASSWORD_FILE, content: passwords.superuser }],
      mounts: [{ volume: volume.name, target: "/var/lib/postgresql/data" }],
      // Over TCP, which the temporary server of the first start doesn't listen on.
      healthcheck: {
        tests: ["CMD", "pg_isready", "-q", "-h", "127.0.0.1", "-U", DATABASE_SUPERUSER, "-d", "postgres"],
        interval: "1s",
        retries: 5,
      },
      // Whoever needs it waits for what is inside, which waits for it to answer.
      wait: false,
      shmMebibytes: 128,
      stopSeconds: 120,
      // The upstream image starts as root, takes the volume over and goes on as `postgres`.
      capabilities: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"],
      // Read when the volume is empty and never again: another password must not restart the database.
      ignoreChanges: ["uploads[0].content"],
    });
    const inside = new ProjectDatabase(
      `${name}-inside`,
      {
        access: passwords.superuser.apply((password) => ({
          endpoint: place.endpoint,
          container: stackName(place.instance, spec.ref, "db"),
          password,
        })),
        extensions: spec.extensions,
        passwords: passwords.logins,
      },
      { parent: this, dependsOn: [db] },
    );
    if (services.includes("rest")) {
      const env = pulumi
        .all([passwords.logins, [keys.jwtSecret, ...(keys.previous === null ? [] : [keys.previous.jwtSecret])]])
        .apply(([logins, jwtSecrets]) =>
          buildRestEnv({ password: logins.authenticator, jwtSecrets, pool: this.#size.restPool }),
        );
      // Before its login is there it would ask again with ever longer pauses.
      const { keys: generations, passwordGeneration } = spec;
      this.#container(name, "rest", {
        ...{ image: images.rest, env, wait: false },
        labels: secretsLabel({ keys: generations.generation, passwords: passwordGeneration }),
        dependsOn: [inside],
      });
    }
    if (services.includes("meta")) {
      const env = pulumi
        .all([passwords.logins, passwords.metaKey])
        .apply(([logins, cryptoKey]) => buildMetaEnv({ password: logins.owner, cryptoKey }));
      this.#container(name, "meta", {
        ...{ image: images.meta, env, wait: false },
        labels: secretsLabel({ passwords: spec.passwordGeneration }),
      });
    }
    this.#container(name, "gateway", gatewayContainerArgs(spec, place, keys));
  }

  #container(
    name: string,
    service: StackService,
    args: Omit<ServiceContainerArgs, "containerName" | "labels" | "networks" | "memoryMebibytes"> &
      Partial<Pick<ServiceContainerArgs, "labels" | "networks">> &
      Pick<pulumi.CustomResourceOptions, "dependsOn" | "ignoreChanges">,
  ): Container {
    const { spec, place } = this.#args;
    const { networks = [], labels = {}, dependsOn = [], ignoreChanges = [], ...rest } = args;
    return serviceContainer(
      `${name}-${service}`,
      {
        ...this.#size[service],
        ...rest,
        containerName: stackName(place.instance, spec.ref, service),
        labels: { ...this.#labels(), [LABELS.service]: service, ...labels },
        networks: [...networks, { name: this.#network.name, aliases: [service] }],
      },
      { parent: this, provider: this.#provider, dependsOn, ignoreChanges },
    );
  }

  #labels(): Record<string, string> {
    const { spec, place } = this.#args;
    return { [LABELS.instance]: place.instance, [LABELS.project]: spec.ref };
  }
}

/**
 * Generations of the secrets in a container's environment, once there were several. A preview can't know what will be drawn,
 * and what it does not know Docker's provider takes for unchanged: by this it sees that the container is made anew.
 */
function secretsLabel(generations: Readonly<Record<string, number>>): Readonly<Record<string, string>> {
  const rotated = Object.entries(generations).filter(([, generation]) => generation > 0);
  if (rotated.length === 0) return {};
  return { [LABELS.secrets]: rotated.map(([secret, generation]) => `${secret}-${generation}`).join(".") };
}
