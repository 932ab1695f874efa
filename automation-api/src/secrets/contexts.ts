/** Sealing contexts: table, row and column, so that a sealed text opens in its own place only. */
export const clusterAccessContext = (cluster: string) => `clusters:${cluster}:sealed_access`;

/** Context of one named secret of a project. */
export const projectSecretContext = (ref: string, name: ProjectSecretName) => `project_secrets:${ref}:${name}`;

/** Context of the secrets brought along with the preview of a project to be created. */
export const previewSecretsContext = (id: string) => `previews:${id}:sealed_imported`;

/** Secrets the control plane keeps of a project. `imported_*` come from requests, the rest from the stack. */
export const PROJECT_SECRETS = [
  "jwt_secret",
  "anon_key",
  "service_role_key",
  "publishable_key",
  "secret_key",
  "owner_password",
  "previous_jwt_secret",
  "previous_anon_key",
  "previous_service_role_key",
  "previous_publishable_key",
  "previous_secret_key",
  "imported_jwt_secret",
  "imported_db_pass",
  "imported_anon_key",
  "imported_service_role_key",
] as const;
export type ProjectSecretName = (typeof PROJECT_SECRETS)[number];

/** Keys that a rotation lets in still. They are kept so that no message of the engine shows one. */
export const PREVIOUS_KEYS = PROJECT_SECRETS.filter((name) => name.startsWith("previous_"));
