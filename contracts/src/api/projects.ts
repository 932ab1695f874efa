import { z } from "zod";
import { CustomPostgresSettings, ExtraRoute, OPTIONAL_SERVICES } from "../dedicated.ts";
import { WishedRoute } from "../extraRoute.ts";
import { DEFAULT_OVERLAP_HOURS, MAX_OVERLAP_HOURS } from "../keyGenerations.ts";
import { WishedPostgresSettings } from "../postgresSettings.ts";
import { ProjectRef } from "../projectRef.ts";
import { Plan, SIZES, Size } from "../projectSpec.ts";
import { DisplayName, OperationId, OrganizationId, Timestamp } from "./common.ts";
import { checkImagesAlone, imagesField } from "./versions.ts";

/** Status words of the Management API. */
export const PROJECT_STATUSES = [
  "COMING_UP",
  "ACTIVE_HEALTHY",
  "ACTIVE_UNHEALTHY",
  "INIT_FAILED",
  "GOING_DOWN",
  "PAUSING",
  "INACTIVE",
  "RESTORING",
  "UPGRADING",
  "RESIZING",
  "RESTARTING",
  "REMOVED",
  "UNKNOWN",
] as const;
export const ProjectStatus = z.enum(PROJECT_STATUSES);
export type ProjectStatus = z.infer<typeof ProjectStatus>;

export const BACKEND_TYPES = ["shared_cluster", "dedicated_stack"] as const;
export const BackendType = z.enum(BACKEND_TYPES);
export type BackendType = z.infer<typeof BackendType>;

/** Services a dedicated project may be made of. */
export const PROJECT_SERVICES = ["db", "rest", "auth", "realtime", "storage", "functions", "meta"] as const;

/** A database password: taken as it is, so nothing a connection string or a header could not carry. */
export const DatabasePassword = z
  .string()
  .min(8, "must have at least 8 characters")
  .max(128, "must not be longer than 128 characters")
  .regex(/^[\x20-\x7e]*$/, "must be printable ASCII");

const JwtSecret = z
  .string()
  .min(32, "must have at least 32 characters")
  .max(512, "must not be longer than 512 characters")
  .regex(/^[\x21-\x7e]*$/, "must be printable ASCII without blanks");

/** A signed JWT in compact form; signature and role are checked by the route. */
const JwtKey = z
  .string()
  .max(4096)
  .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, "must be a JWT");

/** Name of a Postgres extension. */
export const ExtensionName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, "an extension name is lower-case letters, digits, '_' and '-'");

const region = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "a region is lower-case letters, digits and '-'");

/** Fields that more than one body takes. */
export const projectFields = { name: DisplayName, extensions: z.array(ExtensionName).max(50) } as const;

/** Fields that only a dedicated project has. */
export const stackFields = {
  services: z
    .array(z.enum(PROJECT_SERVICES))
    .min(1)
    .max(PROJECT_SERVICES.length)
    .optional()
    .meta({
      description: `services of a dedicated project: db, and of ${OPTIONAL_SERVICES.join(", ")} those that are wanted`,
    }),
  postgres_settings: WishedPostgresSettings.optional().meta({
    description: "settings of a dedicated project's Postgres beside those that follow from its size; the whole set",
  }),
  routes: z.array(WishedRoute).max(20).optional().meta({
    description: "routes of a dedicated project's gateway beside Supabase's own; the whole list",
  }),
  publish_database: z.boolean().optional().meta({
    description: "whether a dedicated project's database takes direct connections on a port of the server",
  }),
} as const;
/** Fields that make secrets anew. */
export const rotationFields = {
  rotate_keys: z
    .strictObject({
      overlap_hours: z
        .number()
        .int()
        .min(0)
        .max(MAX_OVERLAP_HOURS)
        .optional()
        .meta({ description: `hours for which the old keys are accepted, too; default ${DEFAULT_OVERLAP_HOURS}` }),
    })
    .optional()
    .meta({ description: "the JWT secret and the four API keys are made anew" }),
  end_key_overlap: z.literal(true).optional().meta({
    description: "the keys from before the last rotation are refused from now on; goes without `rotate_keys`",
  }),
  rotate_passwords: z
    .literal(true)
    .optional()
    .meta({ description: "the passwords of the database's logins are made anew, one that was chosen included" }),
} as const;
export type RotationFields = { readonly [K in keyof typeof rotationFields]?: z.infer<(typeof rotationFields)[K]> };

/** Refuses a rotation and the end of one in one body. */
export function checkRotationFields(body: RotationFields, ctx: z.core.$RefinementCtx): void {
  if (body.rotate_keys === undefined || body.end_key_overlap === undefined) return;
  ctx.addIssue({
    code: "custom",
    path: ["end_key_overlap"],
    message: "goes without rotate_keys: end the overlap first",
  });
}

const STACK_FIELDS = Object.keys(stackFields) as (keyof typeof stackFields)[];

type StackFields = { readonly [K in keyof typeof stackFields]?: z.infer<(typeof stackFields)[K]> };

/** Refuses services that this version does not have, and what a stack could not be. */
export function checkStackFields(body: StackFields, ctx: z.core.$RefinementCtx): void {
  const issue = (path: string, message: string) => ctx.addIssue({ code: "custom", path: [path], message });
  const { services, routes } = body;
  if (services && new Set(services).size !== services.length) issue("services", "names a service twice");
  if (services && !services.includes("db")) issue("services", "must name db: a project has a database");
  const offered: readonly string[] = ["db", ...OPTIONAL_SERVICES];
  const missing = services?.find((service) => !offered.includes(service));
  if (missing) issue("services", `${missing} is not offered by this version; there are ${offered.join(", ")}`);
  if (routes && new Set(routes.map(({ path }) => path)).size !== routes.length) issue("routes", "names a path twice");
}

/** Both names of one thing may be given when they agree. */
export function sameSize(
  body: { readonly size?: Size | undefined; readonly desired_instance_size?: Size | undefined },
  ctx: z.core.$RefinementCtx,
): void {
  if (body.desired_instance_size && body.size && body.desired_instance_size !== body.size) {
    ctx.addIssue({
      code: "custom",
      path: ["desired_instance_size"],
      message: "differs from size: give one of the two",
    });
  }
}

export function uniqueExtensions(
  { extensions }: { readonly extensions?: readonly string[] | undefined },
  ctx: z.core.$RefinementCtx,
): void {
  if (extensions && new Set(extensions).size !== extensions.length) {
    ctx.addIssue({ code: "custom", path: ["extensions"], message: "names an extension twice" });
  }
}

/**
 * `POST /v1/projects`. Two names for one thing are taken where Management API clients use both: `organization_slug` is
 * `organization_id`, `desired_instance_size` is `size`; when both are given they must agree.
 */
export const CreateProjectBody = z
  .strictObject({
    name: projectFields.name,
    plan: Plan.default("shared"),
    organization_id: OrganizationId.optional().meta({ description: "default: the caller's first organization" }),
    organization_slug: OrganizationId.optional(),
    db_pass: DatabasePassword.optional().meta({
      description: "password of the project's own login; generated if absent",
    }),
    region: region.optional(),
    region_selection: z
      .strictObject({ type: z.enum(["specific", "smartGroup"]), code: z.string().max(40) })
      .optional()
      .meta({ description: "taken from Management API clients; this server has one region" }),
    size: Size.optional(),
    desired_instance_size: Size.optional().meta({ description: `one of ${SIZES.join(", ")}; default micro` }),
    ...stackFields,
    extensions: projectFields.extensions.default([]),
    jwt_secret: JwtSecret.optional(),
    anon_key: JwtKey.optional().meta({ description: "needs `jwt_secret`" }),
    service_role_key: JwtKey.optional().meta({ description: "needs `jwt_secret`" }),
    kps_enabled: z
      .boolean()
      .optional()
      .meta({ description: "deprecated in the Management API and without effect there too" }),
  })
  .superRefine((body, ctx) => {
    if (body.organization_slug && body.organization_id && body.organization_slug !== body.organization_id) {
      const message = "differs from organization_id: give one of the two";
      ctx.addIssue({ code: "custom", path: ["organization_slug"], message });
    }
    sameSize(body, ctx);
    uniqueExtensions(body, ctx);
    for (const key of ["anon_key", "service_role_key"] as const) {
      if (body[key] !== undefined && body.jwt_secret === undefined) {
        ctx.addIssue({ code: "custom", path: [key], message: "needs the jwt_secret it was signed with" });
      }
    }
    checkStackFields(body, ctx);
    for (const field of STACK_FIELDS) {
      if (body[field] === undefined || body.plan === "dedicated") continue;
      const message = "can be chosen on the dedicated plan only; leave it out";
      ctx.addIssue({ code: "custom", path: [field], message });
    }
  })
  .meta({ id: "CreateProject" });
export type CreateProjectBody = z.infer<typeof CreateProjectBody>;

/** `PATCH /v1/projects/{ref}`: what it does not name stays as it is. */
export const UpdateProjectBody = z
  .strictObject({
    name: projectFields.name.optional(),
    size: Size.optional(),
    desired_instance_size: Size.optional(),
    extensions: projectFields.extensions.optional().meta({ description: "the whole list, as it shall be" }),
    ...stackFields,
    ...rotationFields,
    ...imagesField,
  })
  .superRefine((body, ctx) => {
    sameSize(body, ctx);
    uniqueExtensions(body, ctx);
    checkStackFields(body, ctx);
    checkRotationFields(body, ctx);
    checkImagesAlone(body, ctx);
    if (Object.keys(body).length === 0) {
      ctx.addIssue({ code: "custom", path: [], message: "name, size or extensions: name what is to change" });
    }
  })
  .meta({ id: "UpdateProject" });
export type UpdateProjectBody = z.infer<typeof UpdateProjectBody>;

/** What a dedicated project is made of. */
export const ProjectStack = z
  .object({
    services: z.array(z.enum(PROJECT_SERVICES)),
    postgres_settings: CustomPostgresSettings,
    routes: z.array(ExtraRoute),
    publish_database: z.boolean(),
    images: z.record(z.string(), z.string()),
    versions: z.record(z.string(), z.string().nullable()).meta({
      description: "versions of the images, by service; null where the catalogue does not know one",
    }),
    newer: z.record(z.string(), z.string()).meta({
      description: "by service, what this release of the platform brings and is newer than what runs",
    }),
  })
  .meta({ id: "ProjectStack" });
export type ProjectStack = z.infer<typeof ProjectStack>;

/** A project as the Management API shows it, plus our fields. */
export const Project = z
  .object({
    id: ProjectRef.meta({ description: "the same as `ref`" }),
    ref: ProjectRef,
    organization_id: z.string(),
    organization_slug: z.string(),
    name: z.string(),
    region: z.string(),
    created_at: Timestamp,
    status: ProjectStatus,
    database: z.object({
      host: z.string().meta({ description: "where people reach the database; `/database/connection` gives the rest" }),
      port: z.number().int(),
      version: z.string(),
      postgres_engine: z.string(),
      release_channel: z.string(),
    }),
    plan: Plan,
    size: Size,
    extensions: z.array(z.string()),
    backend_type: BackendType,
    db_name: z.string(),
    api_url: z.string().meta({ description: "base address for supabase-js" }),
    stack: ProjectStack.nullable().meta({ description: "of a dedicated project; null on the shared plan" }),
    key_generation: z.number().int().meta({ description: "rotations of the project's keys so far" }),
    previous_keys_until: Timestamp.nullable().meta({
      description: "until when the keys from before the last rotation are accepted; null where they are not",
    }),
  })
  .meta({ id: "Project" });
export type Project = z.infer<typeof Project>;

/** 201 of `POST /v1/projects`. */
export const CreatedProject = Project.extend({ operation_id: OperationId }).meta({ id: "CreatedProject" });
export type CreatedProject = z.infer<typeof CreatedProject>;

/** Answer of `PATCH`, `DELETE`, `/pause` and `/restore`; `id` is a number because Management API clients decode one. */
export const ProjectChange = z
  .object({
    id: z.number().int(),
    ref: ProjectRef,
    name: z.string(),
    operation_id: OperationId.nullable().meta({ description: "null where nothing has to run, as for a new name" }),
  })
  .meta({ id: "ProjectChange" });
export type ProjectChange = z.infer<typeof ProjectChange>;
