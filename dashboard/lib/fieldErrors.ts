import { ApiFailure } from "./callApi.ts";

/** What the API says about the fields of a form, by name. */
export function fieldErrors(error: unknown): Readonly<Record<string, string | undefined>> {
  if (!(error instanceof ApiFailure)) return {};
  if (error.code === "name_taken") return { name: error.message };
  if (error.code === "extension_unavailable") return { extensions: error.message };
  return Object.fromEntries(
    (error.body.issues ?? []).map(({ path, message }) => [path.split(/[.[]/)[0] ?? path, message]),
  );
}

/** The same of fields that hold more than one value, by their whole path: `routes.0.path`. */
export function pathErrors(error: unknown): Readonly<Record<string, string | undefined>> {
  if (!(error instanceof ApiFailure)) return {};
  return Object.fromEntries((error.body.issues ?? []).map(({ path, message }) => [path, message]));
}
