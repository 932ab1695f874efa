import { z } from "zod";

/**
 * Every error the HTTP API answers with: closed, stable, one status each. The words may change, the codes never do.
 */
export const ERROR_STATUS = {
  invalid_input: 400,
  invalid_json: 400,
  extension_unavailable: 400,
  version_unknown: 400,
  sql_error: 400,
  unauthorized: 401,
  token_expired: 401,
  forbidden: 403,
  route_not_found: 404,
  project_not_found: 404,
  organization_not_found: 404,
  operation_not_found: 404,
  preview_not_found: 404,
  backup_not_found: 404,
  member_not_found: 404,
  person_not_found: 404,
  access_token_not_found: 404,
  method_not_allowed: 405,
  name_taken: 409,
  project_not_ready: 409,
  project_not_paused: 409,
  service_off: 409,
  project_busy: 409,
  database_login_refused: 409,
  organization_full: 409,
  wrong_plan: 409,
  version_withdrawn: 409,
  database_not_published: 409,
  key_overlap_running: 409,
  no_key_overlap: 409,
  operation_finished: 409,
  preview_not_ready: 409,
  preview_stale: 409,
  preview_applied: 409,
  confirmation_required: 409,
  approval_required: 409,
  approval_outdated: 409,
  approval_own_preview: 409,
  last_owner: 409,
  already_member: 409,
  drift_unknown: 409,
  drift_changed: 409,
  drift_not_acceptable: 409,
  idempotency_key_reused: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  too_many_requests: 429,
  internal_error: 500,
  plan_unavailable: 501,
  data_plane_unavailable: 502,
  no_cluster: 503,
  no_server: 503,
  server_unreachable: 503,
  project_database_unavailable: 503,
  cluster_full: 503,
  server_full: 503,
  control_database_unavailable: 503,
  identity_provider_unavailable: 503,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;

/** One wrong field of a request: where it stands, and what is wrong with it. */
export const FieldIssue = z.object({
  in: z.enum(["body", "query", "path", "header"]),
  path: z.string(),
  message: z.string(),
});
export type FieldIssue = z.infer<typeof FieldIssue>;

/** Body of every answer that is not a success. Management API clients read `message`. */
export const ErrorBody = z
  .object({
    message: z.string(),
    code: z.string().meta({ description: "stable, made for programs" }),
    next_step: z.string().meta({ description: "what the caller can do about it" }),
    request_id: z.string(),
    issues: z.array(FieldIssue).optional(),
    /** Of `sql_error`: SQLSTATE, and what Postgres says besides. */
    sqlstate: z.string().optional(),
    detail: z.string().optional(),
    hint: z.string().optional(),
    position: z.string().optional(),
  })
  .meta({ id: "Error" });
export type ErrorBody = z.infer<typeof ErrorBody>;
