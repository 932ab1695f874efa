import { z } from "zod";
import { StackService } from "../dedicated.ts";
import { OperationError } from "../operations.ts";
import { ProjectRef } from "../projectRef.ts";
import { Size } from "../projectSpec.ts";
import { BACKUP_WORDS } from "./backups.ts";
import { Digest, OperationId, PreviewId, Timestamp } from "./common.ts";
import {
  checkRotationFields,
  checkStackFields,
  projectFields,
  rotationFields,
  sameSize,
  stackFields,
  uniqueExtensions,
} from "./projects.ts";
import { checkImagesAlone, imagesField } from "./versions.ts";

/** What happens to a resource. Replacing it means deleting it and making it anew. */
export const CHANGE_OPS = ["create", "update", "replace", "delete"] as const;
export const ChangeOp = z.enum(CHANGE_OPS);
export type ChangeOp = z.infer<typeof ChangeOp>;

/** What happens to a property; `-replace` where this property is why the resource is made anew. */
export const DETAIL_KINDS = ["add", "update", "delete", "add-replace", "update-replace", "delete-replace"] as const;
export const DetailKind = z.enum(DETAIL_KINDS);
export type DetailKind = z.infer<typeof DetailKind>;

/** What stands in the place of a secret value. */
export const SECRET_MASK = "[secret]";

export const DetailedChange = z
  .object({
    path: z.string().meta({ description: "as `limits.owner` or `extensions[1]`" }),
    before: z.json().meta({ description: "null where there was nothing; secrets are masked" }),
    after: z.json().meta({ description: "null where nothing will be; secrets are masked" }),
    kind: DetailKind,
  })
  .meta({ id: "DetailedChange" });
export type DetailedChange = z.infer<typeof DetailedChange>;

/** One resource that a preview would change. */
export const PlannedChange = z
  .object({
    urn: z.string(),
    type: z.string(),
    name: z.string(),
    op: ChangeOp,
    destructive: z.boolean().meta({ description: "data is lost for good" }),
    summary: z.string().meta({ description: "in plain words, one sentence a line" }),
    detailed: z.array(DetailedChange),
  })
  .meta({ id: "PlannedChange" });
export type PlannedChange = z.infer<typeof PlannedChange>;

/** `summary` of a preview that would change nothing. */
export const NO_CHANGE = "no change";

/** Fields that wish for an act of their own: each stands alone, but for `backup` beside `delete`. */
const ACTS = ["delete", "pause", "resume", "restart"] as const;

/**
 * `POST /v1/projects/{ref}/previews`: the wished change, with the fields of `PATCH`, or one act: `{"delete": true}`,
 * `{"pause": true}`, `{"resume": true}`, `{"restart": "rest"}`. An empty body asks what an update would do that wishes for
 * nothing new.
 */
export const PreviewChangeBody = z
  .strictObject({
    name: projectFields.name.optional(),
    size: Size.optional(),
    desired_instance_size: Size.optional(),
    extensions: projectFields.extensions.optional().meta({ description: "the whole list, as it shall be" }),
    ...stackFields,
    ...rotationFields,
    ...imagesField,
    delete: z.literal(true).optional().meta({ description: "goes with `backup` alone" }),
    pause: z.literal(true).optional().meta({ description: "stands alone" }),
    resume: z.literal(true).optional().meta({ description: "of a paused project; stands alone" }),
    restart: StackService.optional().meta({ description: "a service of a dedicated project; stands alone" }),
    backup: z
      .boolean()
      .optional()
      .meta({ description: `of \`delete\` alone; ${BACKUP_WORDS}` }),
    refresh: z.boolean().optional().meta({ description: "look at the real resources first; shows drift as changes" }),
  })
  .superRefine((body, ctx) => {
    sameSize(body, ctx);
    uniqueExtensions(body, ctx);
    checkStackFields(body, ctx);
    checkRotationFields(body, ctx);
    checkImagesAlone(body, ctx, ["refresh"]);
    const act = ACTS.find((field) => body[field] !== undefined);
    const others = Object.keys(body).filter((field) => field !== act && field !== "backup");
    if (act !== undefined && others.length > 0) {
      const message = act === "delete" ? "goes with no other field than `backup`" : "goes with no other field";
      ctx.addIssue({ code: "custom", path: [act], message });
    }
    if (body.backup !== undefined && body.delete !== true) {
      ctx.addIssue({ code: "custom", path: ["backup"], message: "goes with `delete` alone" });
    }
  })
  .meta({ id: "PreviewChange" });
export type PreviewChangeBody = z.infer<typeof PreviewChangeBody>;

/** 202 of `POST /v1/previews` and `POST /v1/projects/{ref}/previews`. */
export const StartedPreview = z
  .object({
    id: PreviewId,
    operation_id: OperationId,
    project_ref: ProjectRef.meta({ description: "the project; one to be created gets this ref when it is applied" }),
  })
  .meta({ id: "StartedPreview" });
export type StartedPreview = z.infer<typeof StartedPreview>;

/** Who has approved a preview, and whether somebody must. */
export const PreviewApproval = z
  .object({
    required: z
      .boolean()
      .meta({ description: "the organization wants a second person's approval before it is applied" }),
    approved_by: z
      .array(z.object({ id: z.uuid(), name: z.string(), at: Timestamp }))
      .meta({ description: "whose approval counts now: members who may change the project, but not who asked for it" }),
    approved_by_you: z.boolean().meta({ description: "the caller's own approval is among them" }),
    can_approve: z.boolean().meta({ description: "the caller may approve it and has not" }),
  })
  .meta({ id: "PreviewApproval" });
export type PreviewApproval = z.infer<typeof PreviewApproval>;

/** `POST .../previews/{id}/approve`: what was looked at is what is approved. */
export const ApprovePreviewBody = z
  .strictObject({
    digest: Digest.meta({ description: "`digest` of the preview as it was looked at" }),
  })
  .meta({ id: "ApprovePreview" });

export const PREVIEW_STATUSES = ["queued", "running", "ready", "failed", "stale", "applied"] as const;
export const PreviewStatus = z.enum(PREVIEW_STATUSES);
export type PreviewStatus = z.infer<typeof PreviewStatus>;

export const PREVIEW_KINDS = ["create", "change", "delete", "pause", "resume", "restart"] as const;
export const PreviewKind = z.enum(PREVIEW_KINDS);
export type PreviewKind = z.infer<typeof PreviewKind>;

/** `GET /v1/previews/{id}` and `GET /v1/projects/{ref}/previews/{id}`. */
export const Preview = z
  .object({
    id: PreviewId,
    kind: PreviewKind,
    project_ref: ProjectRef.meta({ description: "of a project to be created: the ref it gets when it is applied" }),
    operation_id: OperationId.meta({ description: "the operation that makes the preview" }),
    applied_operation_id: OperationId.nullable(),
    status: PreviewStatus,
    digest: z.string().nullable(),
    destructive: z.boolean(),
    confirm: z.string().nullable().meta({ description: "what `confirm` must say to apply it; null where not needed" }),
    summary: z
      .string()
      .meta({ description: `in plain words, one sentence a line; "${NO_CHANGE}" where there is none` }),
    changes: z.array(PlannedChange),
    error: OperationError.nullable(),
    approval: PreviewApproval,
    actor: z.string(),
    created_at: Timestamp,
  })
  .meta({ id: "Preview" });
export type Preview = z.infer<typeof Preview>;

/**
 * `POST /v1/projects/{ref}/operations`: applies a preview. `ref` is the preview's `project_ref`, also where the project
 * comes into being by it.
 */
export const ApplyPreviewBody = z
  .strictObject({
    preview_id: z.string().min(1).max(64),
    confirm: z
      .string()
      .max(200)
      .optional()
      .meta({ description: "the project's name; needed where the preview is destructive" }),
  })
  .meta({ id: "ApplyPreview" });
export type ApplyPreviewBody = z.infer<typeof ApplyPreviewBody>;

/** 202 of what starts an operation and nothing else. */
export const StartedOperation = z.object({ operation_id: OperationId }).meta({ id: "StartedOperation" });
export type StartedOperation = z.infer<typeof StartedOperation>;
