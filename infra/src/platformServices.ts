import * as pulumi from "@pulumi/pulumi";
import type { ControlDatabase } from "@supalove/components/platform/controlDatabase.ts";
import {
  BACKUP_FOLDER,
  ControlPlane,
  PASSPHRASE_FILE,
  RUNNER_PULUMI_HOME,
} from "@supalove/components/platform/controlPlane.ts";
import { Dashboard } from "@supalove/components/platform/dashboard.ts";
import { IdentityProvider } from "@supalove/components/platform/identityProvider.ts";
import { Monitoring } from "@supalove/components/platform/monitoring.ts";
import type { PlatformNetworks } from "@supalove/components/platform/platformNetworks.ts";
import type { ProjectsNetwork } from "@supalove/components/platform/projectsNetwork.ts";
import type { SharedCluster } from "@supalove/components/platform/sharedCluster.ts";
import { SharedServices } from "@supalove/components/platform/sharedServices.ts";
import { dedicatedPorts, type InstancePorts } from "@supalove/contracts";
import type { InstanceKeys } from "./instanceKeys.ts";
import { stackImages } from "./projectsNetwork.ts";
import { mailPassword, type PlatformSettings } from "./settings.ts";

/** What the services of a platform are put together from. */
export interface PlatformContext {
  readonly settings: PlatformSettings;
  readonly keys: InstanceKeys;
  readonly ports: InstancePorts;
  readonly urls: Readonly<Record<"dashboard" | "api" | "gateway" | "keycloak" | "prometheus", string>>;
  readonly networks: PlatformNetworks;
  /** Undefined where there is no dedicated plan. */
  readonly projects: ProjectsNetwork | undefined;
  readonly controlDatabase: ControlDatabase;
  readonly sharedCluster: SharedCluster;
  readonly dataPlaneToken: pulumi.Output<string>;
  readonly dockerSocket: { readonly path: string; readonly group: string };
}

/** Addresses inside the platform's networks. */
const API = "http://api:8000";
const GATEWAY = "http://gateway:8080";
const DATA_PLANE = "http://gateway:8081";
/** What the page about the platform asks; the same ports that Prometheus asks. */
const GATEWAY_HEALTH = "http://gateway:9464";
const RUNNER_HEALTH = "http://runner:9464";
const PROMETHEUS = "http://prometheus:9090";
const DOCKER_ENDPOINT = "unix:///var/run/docker.sock";

/**
 * The parts that have an image: identity provider, gateway, monitoring, control plane. A part whose image is missing from the
 * configuration is left out, and so is what needs it.
 * @returns further outputs of the stack
 */
export function platformServices(context: PlatformContext): Record<string, pulumi.Input<unknown>> {
  const { images } = context.settings;
  if (images.gateway !== undefined) gateway(context, images.gateway);
  const grafana = images.prometheus === undefined ? undefined : monitoring(context, images.prometheus).grafanaAdmin;
  const monitors = grafana === undefined ? {} : { grafanaAdmin: pulumi.secret(grafana) };
  if (images.keycloak === undefined) return monitors;
  const identity = identityProvider(context, images.keycloak);
  if (images.api !== undefined && images.runner !== undefined) {
    controlPlane(context, { api: images.api, runner: images.runner }, identity);
    if (images.dashboard !== undefined) dashboard(context, images.dashboard, identity);
  }
  return { ...monitors, admin: pulumi.secret(identity.admin), keycloakAdmin: pulumi.secret(identity.bootstrapAdmin) };
}

function gateway(context: PlatformContext, image: string) {
  const { settings, keys, ports, networks, projects, controlDatabase, dataPlaneToken } = context;
  return new SharedServices("gateway", {
    instance: settings.instance,
    image,
    bindAddress: settings.bindAddress,
    port: ports.gateway,
    networks,
    ...(projects === undefined ? {} : { projects: { name: projects.network, address: projects.gatewayAddress } }),
    env: {
      SUPALOVE_INSTANCE: settings.instance,
      REGISTRY_URL: controlDatabase.url("supalove_data_plane", "supalove"),
      SUPALOVE_DATA_PLANE_KEY: keys.dataPlaneKey,
      DATA_PLANE_TOKEN: dataPlaneToken,
      GATEWAY_DOMAIN: settings.publicHost,
    },
  });
}

function identityProvider({ settings, ports, urls, networks, controlDatabase }: PlatformContext, image: string) {
  const password = mailPassword();
  return new IdentityProvider("identity", {
    instance: settings.instance,
    image,
    bindAddress: settings.bindAddress,
    port: ports.keycloak,
    publicUrl: urls.keycloak,
    dashboardUrl: urls.dashboard,
    networks,
    signUp: { allowed: settings.signUp, verifyEmail: settings.verifyEmail },
    ...(settings.mail === undefined
      ? {}
      : { mail: { ...settings.mail, ...(password === undefined ? {} : { password }) } }),
    database: controlDatabase.connection("keycloak", "keycloak"),
  });
}

function monitoring(context: PlatformContext, prometheus: string) {
  const { settings, ports, networks, controlDatabase, sharedCluster } = context;
  const { "postgres-exporter": postgresExporter, grafana } = settings.images;
  return new Monitoring("monitoring", {
    instance: settings.instance,
    images: { prometheus, postgresExporter, grafana },
    bindAddress: settings.bindAddress,
    ports,
    networks,
    clusters: [
      {
        name: "control-db",
        network: networks.control,
        provider: controlDatabase.provider,
        server: controlDatabase.container,
      },
      { name: "shared-db", network: networks.data, provider: sharedCluster.provider, server: sharedCluster.container },
    ],
  });
}

function controlPlane(
  context: PlatformContext,
  images: { readonly api: string; readonly runner: string },
  identity: IdentityProvider,
) {
  const { settings, keys, ports, urls, networks, projects, controlDatabase, sharedCluster, dataPlaneToken } = context;
  const { instance, bindAddress } = settings;
  const stack = stackImages(settings);
  return new ControlPlane("control-plane", {
    instance,
    images,
    bindAddress,
    port: ports.api,
    networks,
    passphrase: keys.passphrase,
    dockerSocket: context.dockerSocket,
    runnerEnv: {
      SUPALOVE_INSTANCE: instance,
      DATABASE_URL: controlDatabase.url("supalove_runner", "supalove"),
      SUPALOVE_MASTER_KEY: keys.masterKey,
      SUPALOVE_DATA_PLANE_KEY: keys.dataPlaneKey,
      PULUMI_BACKEND_URL: controlDatabase.url("supalove_pulumi", "pulumi"),
      PULUMI_CONFIG_PASSPHRASE_FILE: PASSPHRASE_FILE,
      PULUMI_HOME: RUNNER_PULUMI_HOME,
      DEFAULT_CLUSTER: pulumi.jsonStringify(
        sharedCluster.access.apply((access) => ({
          ...access,
          publicHost: settings.publicHost,
          publicPort: ports.sharedCluster,
        })),
      ),
      DEFAULT_SERVER: pulumi.jsonStringify(defaultServer(context)),
      GATEWAY_URL: GATEWAY,
      PUBLIC_GATEWAY_URL: urls.gateway,
      BACKUP_DIR: BACKUP_FOLDER,
      ...(stack === undefined ? {} : { STACK_IMAGES: JSON.stringify(stack) }),
    },
    apiEnv: {
      SUPALOVE_INSTANCE: instance,
      DATABASE_URL: controlDatabase.url("supalove_api", "supalove"),
      SUPALOVE_MASTER_KEY: keys.masterKey,
      PUBLIC_API_URL: urls.api,
      PUBLIC_GATEWAY_URL: urls.gateway,
      DATA_PLANE_URL: DATA_PLANE,
      DATA_PLANE_TOKEN: dataPlaneToken,
      OIDC_ISSUER: identity.issuer,
      OIDC_JWKS_URL: identity.jwksUrl,
      OIDC_AUDIENCE: identity.audience,
      ...(stack === undefined || projects === undefined ? {} : { STACK_IMAGES: JSON.stringify(stack) }),
    },
  });
}

/** This machine's Docker engine, as the first server of dedicated projects. */
function defaultServer({ settings, projects }: PlatformContext) {
  const { from: portFrom, to: portTo } = dedicatedPorts(settings.portBase);
  const { bindAddress, publicHost } = settings;
  return {
    endpoint: DOCKER_ENDPOINT,
    bindAddress,
    publicHost,
    edgeNetwork: projects?.network ?? "",
    portFrom,
    portTo,
  };
}

function dashboard({ settings, ports, urls, networks }: PlatformContext, image: string, identity: IdentityProvider) {
  return new Dashboard("dashboard", {
    instance: settings.instance,
    image,
    bindAddress: settings.bindAddress,
    port: ports.dashboard,
    networks,
    env: {
      SUPALOVE_INSTANCE: settings.instance,
      PUBLIC_DASHBOARD_URL: urls.dashboard,
      PUBLIC_API_URL: urls.api,
      PUBLIC_GATEWAY_URL: urls.gateway,
      PUBLIC_DATABASE_ADDRESS: `${settings.publicHost}:${ports.sharedCluster}`,
      API_URL: API,
      RUNNER_HEALTH_URL: RUNNER_HEALTH,
      ...(settings.images.gateway === undefined ? {} : { GATEWAY_HEALTH_URL: GATEWAY_HEALTH }),
      ...(settings.images.prometheus === undefined ? {} : { PROMETHEUS_URL: PROMETHEUS }),
      OIDC_ISSUER: identity.issuer,
      OIDC_INSIDE_URL: identity.insideUrl,
      OIDC_CLIENT_ID: identity.dashboardClient.clientId,
      OIDC_CLIENT_SECRET: identity.dashboardClient.clientSecret,
    },
  });
}
