import { Plan, Size, StackService, StackSettings } from "@supalove/contracts";
import { BackendType, type Project, type ProjectChange, ProjectStatus } from "@supalove/contracts/api/index.ts";
import type { Catalogue } from "../images/catalogue.ts";
import { keyGenerations } from "./keyGenerations.ts";
import type { LoadedProject } from "./loadProject.ts";

/** A project as the API shows it. */
export function projectView(project: LoadedProject, gatewayUrl: string, catalogue: Catalogue): Project {
  const keys = keyGenerations(project);
  return {
    id: project.ref,
    ref: project.ref,
    organization_id: project.organizationId,
    organization_slug: project.organizationId,
    name: project.name,
    region: project.region,
    created_at: project.createdAt.toISOString(),
    status: ProjectStatus.parse(project.status),
    database: {
      host: project.cluster?.publicHost ?? project.server?.publicHost ?? "",
      port: project.cluster?.publicPort ?? 5432,
      version: "15",
      postgres_engine: "15",
      release_channel: "ga",
    },
    plan: Plan.parse(project.plan),
    size: Size.parse(project.size),
    extensions: project.extensions,
    backend_type: BackendType.parse(project.backendType),
    db_name: project.dbName,
    stack: stackView(project.stack, catalogue),
    key_generation: keys.generation,
    previous_keys_until: keys.previous === null ? null : new Date(keys.previous.until * 1000).toISOString(),
    api_url: `${gatewayUrl.replace(/\/$/, "")}/projects/${project.ref}`,
  };
}

function stackView(stored: LoadedProject["stack"], catalogue: Catalogue): Project["stack"] {
  if (stored === null) return null;
  const { services, postgresSettings, routes, publishDatabase, images } = StackSettings.parse(stored);
  return {
    services: ["db", ...services],
    postgres_settings: postgresSettings,
    routes,
    publish_database: publishDatabase,
    images,
    versions: Object.fromEntries(
      StackService.options.map((service) => [service, catalogue.versionOf(service, images[service])]),
    ),
    newer: catalogue.newerThan(images),
  };
}

/** The short form that changes are answered with. */
export function projectChangeView(project: LoadedProject, operationId: string | null): ProjectChange {
  return { id: Number(project.number), ref: project.ref, name: project.name, operation_id: operationId };
}
