import {
  AccessToken,
  AccessTokenId,
  ApiKey,
  Backup,
  CreatedAccessToken,
  DatabaseConnection,
  Drift,
  Operation,
  OperationDetails,
  OperationId,
  Organization,
  OrganizationDetails,
  OrganizationId,
  OrganizationMember,
  Preview,
  PreviewId,
  Project,
  ServiceVersions,
  StackView,
  StartedOperation,
  StartedPreview,
} from "@supalove/contracts/api/index.ts";
import { ProjectRef } from "@supalove/contracts/projectRef.ts";
import { z } from "zod";

/** A route of the HTTP API that pages may call through this server. */
export interface RelayRoute {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Segments below `/v1`; a schema stands for a parameter. */
  readonly path: readonly (string | z.ZodType)[];
  /** What comes back; checked, since the API may be of another version. */
  readonly answer: z.ZodType | "events" | "nothing";
}

/** Rows are the tenant's own and may be many: only their form is looked at. */
const Rows = z.array(z.record(z.string(), z.unknown()));

const route = (method: RelayRoute["method"], path: RelayRoute["path"], answer: RelayRoute["answer"]): RelayRoute => ({
  method,
  path,
  answer,
});

/** All of them; whatever else is asked for does not exist here. */
export const RELAY_ROUTES: readonly RelayRoute[] = [
  route("GET", ["organizations"], z.array(Organization)),
  route("GET", ["organizations", OrganizationId], OrganizationDetails),
  route("PATCH", ["organizations", OrganizationId], OrganizationDetails),
  route("GET", ["organizations", OrganizationId, "members"], z.array(OrganizationMember)),
  route("POST", ["organizations", OrganizationId, "members"], OrganizationMember),
  route("PATCH", ["organizations", OrganizationId, "members", z.uuid()], OrganizationMember),
  route("DELETE", ["organizations", OrganizationId, "members", z.uuid()], OrganizationMember),
  route("GET", ["projects"], z.array(Project)),
  route("GET", ["projects", ProjectRef], Project),
  route("GET", ["projects", ProjectRef, "api-keys"], z.array(ApiKey)),
  route("GET", ["projects", ProjectRef, "database", "connection"], DatabaseConnection),
  route("POST", ["projects", ProjectRef, "database", "query"], Rows),
  route("POST", ["previews"], StartedPreview),
  route("GET", ["previews", PreviewId], Preview),
  route("POST", ["previews", PreviewId, "approve"], Preview),
  route("DELETE", ["previews", PreviewId, "approve"], Preview),
  route("POST", ["projects", ProjectRef, "previews"], StartedPreview),
  route("POST", ["projects", ProjectRef, "operations"], StartedOperation),
  route("GET", ["projects", ProjectRef, "drift"], Drift),
  route("POST", ["projects", ProjectRef, "drift"], StartedOperation),
  route("POST", ["projects", ProjectRef, "drift", "repair"], StartedOperation),
  route("POST", ["projects", ProjectRef, "drift", "accept"], Drift),
  route("GET", ["projects", ProjectRef, "stack"], StackView),
  route("GET", ["projects", ProjectRef, "versions"], z.array(ServiceVersions)),
  route("GET", ["operations"], z.array(Operation)),
  route("GET", ["operations", OperationId], OperationDetails),
  route("GET", ["operations", OperationId, "events"], "events"),
  route("POST", ["operations", OperationId, "cancel"], Operation),
  route("GET", ["backups"], z.array(Backup)),
  route("GET", ["access-tokens"], z.array(AccessToken)),
  route("POST", ["access-tokens"], CreatedAccessToken),
  route("DELETE", ["access-tokens", AccessTokenId], "nothing"),
];

/** The route for a request; undefined where there is none, or where a segment is not what it has to be. */
export function findRelayRoute(method: string, segments: readonly string[]): RelayRoute | undefined {
  return RELAY_ROUTES.find(
    (candidate) =>
      candidate.method === method &&
      candidate.path.length === segments.length &&
      candidate.path.every((part, at) =>
        typeof part === "string" ? part === segments[at] : part.safeParse(segments[at]).success,
      ),
  );
}
