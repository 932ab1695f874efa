import { CreateProjectBody } from "@supalove/contracts/api/index.ts";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { checkImportedKeys } from "./checkImportedKeys.ts";

const jwt_secret = "a-secret-that-is-long-enough-for-it";
const sign = (role: string, secret = jwt_secret, exp = "1y") =>
  new SignJWT({ role })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(exp)
    .sign(new TextEncoder().encode(secret));
const body = (fields: object) => CreateProjectBody.parse({ name: "x", jwt_secret, ...fields });

describe("checkImportedKeys", () => {
  it("takes keys that work with their secret", async () => {
    const fields = { anon_key: await sign("anon"), service_role_key: await sign("service_role") };
    await expect(checkImportedKeys(body(fields))).resolves.toBeUndefined();
  });

  it("refuses keys of another secret, another role, or the past", async () => {
    for (const anon_key of [
      await sign("anon", "another-secret-that-is-long-enough"),
      await sign("service_role"),
      await sign("anon", jwt_secret, "-1y"),
    ]) {
      await expect(checkImportedKeys(body({ anon_key }))).rejects.toMatchObject({
        code: "invalid_input",
        extras: { issues: [{ in: "body", path: "anon_key" }] },
      });
    }
  });
});
