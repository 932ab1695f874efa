import type { ApprovalPolicy, FieldIssue } from "@supalove/contracts/api/index.ts";
import { approvalWords, type Unapproved } from "../approvals/approvalWords.ts";
import { ApiError } from "./apiError.ts";

const TRY_AGAIN =
  "Try to make it again: `POST /v1/projects/{ref}/restore`. Where every change is to be approved, delete it by a preview and make a new one by a preview.";
/** Next steps for statuses that do not pass by themselves; in the others waiting is all there is to do. */
const WHEN_NOT_READY: Readonly<Record<string, string>> = {
  INACTIVE:
    'The project is paused: resume it first, by `POST /v1/projects/{ref}/restore` or a preview of `{"resume": true}`.',
  PAUSING:
    "Wait until `GET /v1/projects/{ref}` says INACTIVE; `POST /v1/projects/{ref}/restore` resumes the project then.",
  GOING_DOWN: "The project is being deleted: there is nothing more to do with it.",
  INIT_FAILED: TRY_AGAIN,
};

/** One factory for each error that more than one place throws; the words live here and nowhere else. */
export const errors = {
  invalidInput(issues: FieldIssue[]) {
    const [first] = issues;
    const where = first && first.path !== "" ? `${first.in} field ${first.path}` : `the ${first?.in ?? "request"}`;
    const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
    const message = `Invalid input: ${where}: ${first?.message ?? "not as documented"}${more}`;
    return new ApiError("invalid_input", message, "Correct what `issues` names and send the request again.", {
      issues,
    });
  },
  invalidJson(reason: string) {
    return new ApiError("invalid_json", `The body is not JSON: ${reason}`, "Send one JSON object in UTF-8.");
  },
  unauthorized(reason: string) {
    return new ApiError(
      "unauthorized",
      reason,
      "Send `Authorization: Bearer <token>`; `./supalove token` prints a token.",
      { headers: { "WWW-Authenticate": "Bearer" } },
    );
  },
  tokenExpired() {
    return new ApiError("token_expired", "The access token has expired.", "Sign in again, or make a new token.", {
      headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' },
    });
  },
  forbidden(role: string) {
    return new ApiError(
      "forbidden",
      `Your role in this organization (${role}) does not allow this.`,
      "Ask an owner of the organization to do it, or to give you a stronger role.",
    );
  },
  projectNotFound() {
    return new ApiError(
      "project_not_found",
      "There is no such project, or you are not a member of its organization.",
      "`GET /v1/projects` lists the projects you can reach.",
    );
  },
  organizationNotFound() {
    return new ApiError(
      "organization_not_found",
      "There is no such organization, or you are not a member of it.",
      "`GET /v1/organizations` lists the organizations you can reach.",
    );
  },
  operationNotFound() {
    return new ApiError(
      "operation_not_found",
      "There is no such operation, or you are not a member of its organization.",
      "`GET /v1/operations` lists the operations you can see.",
    );
  },
  previewNotFound() {
    return new ApiError(
      "preview_not_found",
      "There is no such preview, or you are not a member of its organization.",
      "Make a new one: `POST /v1/previews`, or `POST /v1/projects/{ref}/previews`.",
    );
  },
  backupNotFound() {
    return new ApiError(
      "backup_not_found",
      "There is no such backup, it has expired, or you are not a member of its organization.",
      "`GET /v1/backups` lists the backups you can see.",
    );
  },
  memberNotFound() {
    return new ApiError(
      "member_not_found",
      "The organization has no such member.",
      "`GET /v1/organizations/{slug}/members` lists them.",
    );
  },
  previewApplied() {
    return new ApiError(
      "preview_applied",
      "The preview was applied already.",
      "Its `applied_operation_id` names the operation. To change more, make a new preview.",
    );
  },
  approvalRequired(policy: ApprovalPolicy, unapproved: Unapproved) {
    const { message, nextStep } = approvalWords(policy, unapproved);
    return new ApiError("approval_required", message, nextStep);
  },
  nameTaken(name: string) {
    return new ApiError(
      "name_taken",
      `The organization has a project named "${name}" already.`,
      "Choose another name, or delete that project first.",
    );
  },
  projectBusy(what: string) {
    return new ApiError("project_busy", what, "Wait for the running operation to end: `GET /v1/operations` shows it.");
  },
  projectNotReady(status: string) {
    return new ApiError(
      "project_not_ready",
      `The project can't do this while its status is ${status}.`,
      WHEN_NOT_READY[status] ?? "Wait until `GET /v1/projects/{ref}` says ACTIVE_HEALTHY.",
    );
  },
  projectNotPaused(status: string) {
    return new ApiError(
      "project_not_paused",
      `The project is not paused: its status is ${status}.`,
      status === "PAUSING"
        ? "Wait until `GET /v1/projects/{ref}` says INACTIVE."
        : 'There is nothing to resume. What differs from how the project should be is shown by a preview of `{"refresh": true}`.',
    );
  },
  projectNeverReady() {
    return new ApiError(
      "project_not_ready",
      "The project never was ready, so there is nothing to change (status INIT_FAILED).",
      TRY_AGAIN,
    );
  },
  serviceOff(service: string) {
    return new ApiError(
      "service_off",
      `The project has no ${service}: the service is switched off.`,
      "Switch it on by `services` first, or restart one that the project has.",
    );
  },
  wrongPlan(plan: string) {
    return new ApiError(
      "wrong_plan",
      `A project of the ${plan} plan has no such setting.`,
      "Services, routes, Postgres settings and a published database are the dedicated plan's; leave them out.",
    );
  },
  databaseLoginRefused() {
    return new ApiError(
      "database_login_refused",
      "The project's database login does not take the password the platform has: it was changed by SQL.",
      "Set a new one with `PATCH /v1/projects/{ref}/database/password`; from then on the platform knows it.",
    );
  },
  projectDatabaseUnavailable() {
    return new ApiError(
      "project_database_unavailable",
      "The project's database does not take connections at the moment.",
      "Try again in a moment. If it goes on, close connections of your own: the project's login has a limit.",
      { headers: { "Retry-After": "2" } },
    );
  },
  tooManyQueries() {
    return new ApiError(
      "too_many_requests",
      "The project has too many queries waiting.",
      "Wait for the running ones to end, then send fewer at once.",
      { headers: { "Retry-After": "1" } },
    );
  },
  tooManyPreviews() {
    return new ApiError(
      "too_many_requests",
      "The organization has too many previews waiting.",
      "Wait for them to be made, or cancel some: `GET /v1/operations?status=queued` shows them.",
      { headers: { "Retry-After": "5" } },
    );
  },
  dataPlaneUnavailable() {
    return new ApiError(
      "data_plane_unavailable",
      "The data plane does not answer.",
      "Try again in a moment; `./supalove status` shows whether the gateway runs.",
    );
  },
  databaseUnavailable() {
    return new ApiError(
      "control_database_unavailable",
      "The control database does not answer.",
      "Try again in a moment; running projects are not touched by this.",
      { headers: { "Retry-After": "5" } },
    );
  },
  internal() {
    return new ApiError(
      "internal_error",
      "Something went wrong on this server.",
      "Try again; if it happens again, give the request id to who runs the server.",
    );
  },
} as const;
