/** Sealing contexts: table, row and column, so that a sealed text opens in its own place only. */
export const clusterAccessContext = (cluster: string) => `clusters:${cluster}:sealed_access`;

/** Context of one named secret of a project. */
export const projectSecretContext = (ref: string, name: ProjectSecretName) => `project_secrets:${ref}:${name}`;

/** Context of the secrets brought along with the preview of a project to be created. */
export const previewSecretsContext = (id: string) => `previews:${id}:sealed_imported`;

/** Secrets the control plane keeps of a project. `imported_*` come from the creation request, the rest from the stack. */
export const PROJECT_SECRETS = [
  "jwt_secret",
  "anon_key",
  "service_role_key",
  "publishable_key",
  "secret_key",
  "owner_password",
  "imported_jwt_secret",
  "imported_db_pass",
  "imported_anon_key",
  "imported_service_role_key",
] as const;
export type ProjectSecretName = (typeof PROJECT_SECRETS)[number];
