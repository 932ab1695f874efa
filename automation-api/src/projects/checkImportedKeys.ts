import type { CreateProjectBody, FieldIssue } from "@supalove/contracts/api/index.ts";
import { jwtVerify } from "jose";
import { errors } from "../http/errors.ts";

const ROLES = { anon_key: "anon", service_role_key: "service_role" } as const;

/**
 * Imported API keys must work with the imported secret: an app that brings them would only find out when it is live.
 * @throws ApiError `invalid_input`
 */
export async function checkImportedKeys(body: CreateProjectBody): Promise<void> {
  if (body.jwt_secret === undefined) return;
  const secret = new TextEncoder().encode(body.jwt_secret);
  const issues: FieldIssue[] = [];
  for (const field of ["anon_key", "service_role_key"] as const) {
    const key = body[field];
    const message = key === undefined ? undefined : await faultOfKey(key, secret, ROLES[field]);
    if (message !== undefined) issues.push({ in: "body", path: field, message });
  }
  if (issues.length > 0) throw errors.invalidInput(issues);
}

async function faultOfKey(key: string, secret: Uint8Array, role: string): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(key, secret, { algorithms: ["HS256"] });
    return payload["role"] === role ? undefined : `must have the claim role = ${role}`;
  } catch {
    return "must be signed with jwt_secret by HS256 and not have expired";
  }
}
