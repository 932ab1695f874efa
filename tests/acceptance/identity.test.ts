import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, deleteProject, type Project, projectWithStatus, uniqueName } from "../harness/api.ts";
import { claimsOf, requestTokens, type SignInTarget, signIn, signUp, type Tokens } from "../harness/keycloakLogin.ts";
import { instance, platform } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

interface Organization {
  readonly id: string;
  readonly name: string;
}

const PASSWORD = "a long enough password 1";
const root = new URL("../../", import.meta.url);

/** An output of the base stack, in clear: what the operator reads with plain pulumi. */
async function stackOutput<T>(name: string): Promise<T> {
  const script = `eval "$(./supalove --instance ${instance} env)" && pulumi stack output ${name} --show-secrets --json`;
  return JSON.parse((await execa("sh", ["-c", script], { cwd: root })).stdout) as T;
}

/** The same token with one letter of a part changed. */
function altered(token: string, part: 0 | 1 | 2): string {
  const parts = token.split(".");
  const text = parts[part] ?? "";
  const at = Math.floor(text.length / 2);
  parts[part] = `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
  return parts.join(".");
}

describe("people", () => {
  let target: SignInTarget;
  let ada: Tokens;
  let bob: Tokens;
  let ref: string;
  const account = (name: string) => {
    const username = uniqueName(name);
    return { username, password: PASSWORD, email: `${username}@example.org` };
  };

  beforeAll(async () => {
    const { urls } = await platform();
    target = { issuer: `${urls.keycloak}/realms/supalove` };
    [ada, bob] = [await signUp(target, account("ada")), await signUp(target, account("bob"))];
  });
  afterAll(async () => {
    if (ref !== undefined) await deleteProject(ref);
  });

  it("the first admin signs in with the login of the stack's outputs and works in organization default", async () => {
    const admin = await stackOutput<{ username: string; password: string }>("admin");
    const { access_token: token } = await signIn(target, admin.username, admin.password);
    expect(claimsOf(token)).toMatchObject({ iss: target.issuer, azp: "supalove-cli" });
    const organizations = await api<Organization[]>("/v1/organizations", { token });
    expect(organizations.body.map(({ id }) => id)).toContain("default");
    const created = await api<Project>("/v1/projects", { token, body: { name: uniqueName("admins"), plan: "shared" } });
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    ref = created.body.ref;
    // The local admin of the command line works in the same organization.
    await projectWithStatus(ref, ["ACTIVE_HEALTHY"]);
  });

  it("whoever signs up gets an organization of their own, and sees nothing of others", async () => {
    const organizations = await api<Organization[]>("/v1/organizations", { token: ada.access_token });
    expect(organizations.body).toHaveLength(1);
    expect(organizations.body[0]?.id).not.toBe("default");
    expect((await api<Project[]>("/v1/projects", { token: ada.access_token })).body).toEqual([]);

    const own = await api<Project>("/v1/projects", {
      token: ada.access_token,
      body: { name: uniqueName("adas"), plan: "shared" },
    });
    expect(own.status).toBe(201);
    try {
      const listed = await api<Project[]>("/v1/projects", { token: ada.access_token });
      expect(listed.body.map((project) => project.ref)).toEqual([own.body.ref]);
      expect((await api<Project[]>("/v1/projects", { token: bob.access_token })).body).toEqual([]);
      expect((await api<unknown[]>("/v1/operations", { token: bob.access_token })).body).toEqual([]);
      const others = await api<Organization[]>("/v1/organizations", { token: bob.access_token });
      const mine = organizations.body[0]?.id ?? "";
      expect(others.body.map(({ id }) => id)).not.toContain(mine);
      for (const [method, path] of [
        ["GET", ""],
        ["GET", "/api-keys?reveal=true"],
        ["GET", "/postgrest"],
        ["POST", "/pause"],
        ["DELETE", ""],
      ] as const) {
        const foreign = await api(`/v1/projects/${own.body.ref}${path}`, { method, token: bob.access_token });
        const unknown = await api(`/v1/projects/${"z".repeat(20)}${path}`, { method, token: bob.access_token });
        expect(foreign.status, `${method} ${path}`).toBe(404);
        expect(foreign.body["code"]).toBe(unknown.body["code"]);
      }
      const intruder = { name: uniqueName("in"), plan: "shared", organization_id: mine };
      expect((await api("/v1/projects", { token: bob.access_token, body: intruder })).status).toBe(404);
    } finally {
      const path = `/v1/projects/${own.body.ref}`;
      const gone = await api(`${path}?backup=false`, { method: "DELETE", token: ada.access_token });
      expect(gone.status).toBe(200);
      // By her own token: to the admin it was never there.
      await sleepUntil(
        "Ada's project to be gone",
        async () => (await api(path, { token: ada.access_token })).status === 404 || undefined,
        60,
      );
    }
  });

  it("takes access tokens alone: no ID token, no refresh token, no altered one", async () => {
    expect((await api("/v1/projects", { token: ada.access_token })).status).toBe(200);
    const wrong = {
      "ID token": ada.id_token ?? "",
      "refresh token": ada.refresh_token,
      "other header": altered(ada.access_token, 0),
      "other claims": altered(ada.access_token, 1),
      "other signature": altered(ada.access_token, 2),
      "no signature": `${ada.access_token.split(".").slice(0, 2).join(".")}.`,
    };
    for (const [what, token] of Object.entries(wrong)) {
      expect(token, what).not.toBe("");
      const answer = await api("/v1/projects", { token });
      expect([what, answer.status]).toEqual([what, 401]);
    }
  });

  it("takes no token of another client or realm, be it signed by the same Keycloak", async () => {
    const { urls } = await platform();
    const superuser = await stackOutput<{ username: string; password: string }>("keycloakAdmin");
    const master = { issuer: `${urls.keycloak}/realms/master` };
    const { access_token: token } = await requestTokens(master, {
      grant_type: "password",
      client_id: "admin-cli",
      username: superuser.username,
      password: superuser.password,
    });
    expect(claimsOf(token)).toMatchObject({ iss: master.issuer, azp: "admin-cli" });
    expect((await api("/v1/projects", { token })).status).toBe(401);

    // The same realm's own account console: same keys, same issuer, another `azp` and no audience of ours.
    const admin = await stackOutput<{ username: string; password: string }>("admin");
    const console_ = await signIn(
      { ...target, clientId: "account-console", redirectUri: `${target.issuer}/account/` },
      admin.username,
      admin.password,
    );
    expect(claimsOf(console_.access_token)).toMatchObject({ iss: target.issuer, azp: "account-console" });
    expect((await api("/v1/projects", { token: console_.access_token })).status).toBe(401);
  });

  it("refreshes, and a wrong password is refused in words", async () => {
    const fresh = await requestTokens(target, {
      grant_type: "refresh_token",
      client_id: "supalove-cli",
      refresh_token: bob.refresh_token,
    });
    expect((await api("/v1/projects", { token: fresh.access_token })).status).toBe(200);
    await expect(signIn(target, "admin", "not the password")).rejects.toThrow(/invalid username or password/i);
  });
});
