import { execa } from "execa";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { api, uniqueName } from "../harness/api.ts";
import { askServer } from "../harness/askServer.ts";
import {
  type Account,
  fillSignIn,
  newAccount,
  newVisitor,
  openBrowser,
  signUp,
  type Visitor,
} from "../harness/browser.ts";
import { type ConsoleProject, createInConsole, deleteInConsole, runInEditor } from "../harness/consoleProject.ts";
import { instance, platform } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

/** Runs when it is taken for markup anywhere. */
const XSS = '<img src=x onerror="window.__xss=1"><script>window.__xss=2</script>';

let browser: Browser;
let ada: Visitor;
let account: Account;
let project: ConsoleProject;

beforeAll(async () => {
  browser = await openBrowser();
  ada = await newVisitor(browser);
  account = newAccount({ lastName: "Tables" });
  await signUp(ada, account);
  project = await createInConsole(ada, `${uniqueName("x")} <img src=x onerror=__xss=3>`);
});
afterAll(async () => {
  if (project !== undefined) await deleteInConsole(ada, project);
  await browser.close();
});
afterEach(() => expect(ada.faults).toEqual([]));

/** The same in a short name. */
const NAME = "<img src=x onerror=__xss=5>";

/** Calls the API as a page of the dashboard does. */
async function call<T>({ page }: Visitor, method: string, path: string, data?: object): Promise<T> {
  const { urls } = await platform();
  const options = { method, headers: { origin: urls.dashboard }, ...(data === undefined ? {} : { data }) };
  const answer = await page.request.fetch(`/api/v1${path}`, options);
  expect(answer.ok(), `${method} ${path}: ${await answer.text()}`).toBe(true);
  return (await answer.json()) as T;
}

/** The identity provider takes no markup in names; another one may, and what it says of somebody is kept as it is. */
async function rename({ email }: Account): Promise<void> {
  const set = `update users set display_name = '${NAME}' where email = '${email}' returning id`;
  expect(await askServer("control-db", "supalove", `with done as (${set}) select id from done`)).toHaveLength(1);
}

/** A preview of another size, once it is made. */
async function preview(visitor: Visitor): Promise<{ readonly id: string; readonly operation_id: string }> {
  const started = await call<{ id: string; operation_id: string }>(
    visitor,
    "POST",
    `/projects/${project.ref}/previews`,
    { size: "small" },
  );
  return ready(visitor, started);
}

async function ready<T extends { readonly id: string }>(visitor: Visitor, started: T): Promise<T> {
  await sleepUntil(
    "the preview",
    async () =>
      (await call<{ status: string }>(visitor, "GET", `/previews/${started.id}`)).status === "ready" || undefined,
    60,
  );
  return started;
}

/** A page shows texts as they were written, and took none for markup. */
async function expectTexts(path: string, ...texts: readonly string[]): Promise<void> {
  await ada.open(path);
  for (const text of texts) await ada.page.getByText(text).first().waitFor();
  await expectNoMarkup();
}

async function expectNoMarkup(): Promise<void> {
  expect(await ada.page.locator('img[src="x"], svg[onload]').count()).toBe(0);
  expect(await xss(ada)).toBeUndefined();
}

const xss = ({ page }: Visitor) => page.evaluate(() => (window as unknown as { __xss?: unknown }).__xss);

describe("texts that a tenant controls", () => {
  it("are text on every page that shows a project's name", async () => {
    for (const path of ["", "/settings", "/operations", "/drift"]) {
      await expectTexts(`/projects/${project.ref}${path}`, project.name);
    }
    await expectTexts("/projects", project.name);
    await expectTexts("/operations", project.name);
  });

  it("are text in the dialog of a deletion, and in a backup's row afterwards", async () => {
    const ended = await createInConsole(ada, `${uniqueName("y")} <img src=x onerror=__xss=6>`);
    await ada.open(`/projects/${ended.ref}/settings`);
    await ada.page.getByRole("button", { name: "Delete project…" }).click();
    await ada.page.getByRole("dialog").getByText(ended.name).first().waitFor();
    await expectNoMarkup();
    await deleteInConsole(ada, ended);
    await expectNoMarkup();
    await expectTexts("/backups", ended.name);
  });

  it("are text where an organization, a token and a person bear them", async () => {
    const [organization] = await call<{ id: string }[]>(ada, "GET", "/organizations");
    await call(ada, "PATCH", `/organizations/${organization?.id}`, { name: `of ${NAME}` });
    const token = await call<{ token: string }>(ada, "POST", "/access-tokens", {
      name: `token ${NAME}`,
      expires_in: 3600,
    });
    await rename(account);
    await expectTexts("/organizations", `of ${NAME}`);
    await expectTexts("/account/tokens", `token ${NAME}`);
    await expectTexts(`/organizations/${organization?.id}`, `of ${NAME}`);
    const { page } = ada;
    await page.getByRole("list", { name: "Members" }).getByText(NAME).waitFor();
    await page.getByRole("button", { name: "Leave organization" }).click();
    await page.getByRole("dialog").getByText(`Leave of ${NAME}?`).waitFor();
    await expectNoMarkup();
    await page.getByRole("button", { name: "Stay" }).click();
    // By the token: whoever is signed in keeps the name they came with for a while.
    const { body } = await api<{ id: string; operation_id: string }>(`/v1/projects/${project.ref}/previews`, {
      body: { size: "small" },
      token: token.token,
    });
    const { id, operation_id } = await ready(ada, body);
    await expectTexts(`/previews/${id}`, project.name, `asked by ${NAME}`);
    await expectTexts(`/operations/${operation_id}`, project.name, NAME);
  });

  it("are text where somebody who bears them has approved", async () => {
    const [organization] = await call<{ id: string }[]>(ada, "GET", "/organizations");
    const path = `/organizations/${organization?.id}`;
    const ben = await newVisitor(browser);
    const bensAccount = newAccount({ firstName: "Ben" });
    await signUp(ben, bensAccount);
    // The API knows them from their first call on.
    await call(ben, "GET", "/organizations");
    const { user_id } = await call<{ user_id: string }>(ada, "POST", `${path}/members`, {
      email: bensAccount.email,
      role: "administrator",
    });
    try {
      await call(ada, "PATCH", path, { approval_policy: "always" });
      const { id } = await preview(ada);
      const { digest } = await call<{ digest: string }>(ben, "GET", `/previews/${id}`);
      await call(ben, "POST", `/previews/${id}/approve`, { digest });
      await rename(bensAccount);
      await ada.open(`/previews/${id}`);
      await ada.page.getByRole("region", { name: "Approval" }).getByText(NAME).waitFor();
      await expectNoMarkup();
      await ada.open(`/organizations/${organization?.id}`);
      await ada.page.getByRole("button", { name: `Remove ${NAME}` }).click();
      await ada.page.getByRole("dialog").getByText(`Remove ${NAME}?`).waitFor();
      await expectNoMarkup();
    } finally {
      // Or nobody could delete the project alone.
      await call(ada, "PATCH", path, { approval_policy: "none" });
      await call(ada, "DELETE", `${path}/members/${user_id}`);
      await ben.context.close();
    }
  });

  it("are text as cells and as names of columns", async () => {
    await runInEditor(
      ada,
      project.ref,
      `select '${XSS}' as "<svg onload=__xss=4>", jsonb_build_object('a', '${XSS}') as j`,
    );
    const result = ada.page.getByRole("region", { name: "Result" });
    await result.waitFor();
    expect(await result.textContent()).toContain("<svg onload=__xss=4>");
    expect(await result.locator("img, svg, script").count()).toBe(0);
    expect(await xss(ada)).toBeUndefined();
  });

  it("are text in what Postgres says of an error", async () => {
    await runInEditor(
      ada,
      project.ref,
      `do $$ begin raise exception '${XSS}' using hint = '${XSS}', detail = '${XSS}'; end $$`,
    );
    const alert = ada.page.getByRole("main").getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain("onerror");
    expect(await alert.locator("img, script").count()).toBe(0);
    expect(await xss(ada)).toBeUndefined();
  });
});

describe("another person", () => {
  let eve: Visitor;
  beforeAll(async () => {
    eve = await newVisitor(browser);
    await signUp(eve, newAccount({ firstName: "Eve" }));
  });

  it("sees nothing of the project, by list or by address", async () => {
    await eve.open("/projects");
    await eve.page.getByText("No projects yet").waitFor();
    for (const path of ["", "/sql", "/settings", "/drift", "/operations"]) {
      await eve.open(`/projects/${project.ref}${path}`);
      await eve.page.getByText("project_not_found").waitFor();
      expect(await eve.page.content()).not.toContain(project.name.split(" ")[0]);
    }
  });

  it("sees none of its operations and previews, and can't run SQL in it", async () => {
    const mine = await ada.page.request.get(`/api/v1/operations?project_ref=${project.ref}`);
    const [operation] = (await mine.json()) as { id: string; preview_id: string | null }[];
    await eve.open(`/operations/${operation?.id}`);
    await eve.page.getByText("operation_not_found").waitFor();
    const { urls } = await platform();
    const query = await eve.page.request.post(`/api/v1/projects/${project.ref}/database/query`, {
      data: { query: "select 1" },
      headers: { origin: urls.dashboard },
    });
    expect(query.status()).toBe(404);
  });
});

describe("the server", () => {
  it("sends every page with a strict policy, and none of them to a cache", async () => {
    for (const path of ["/", "/projects", `/projects/${project.ref}/sql`]) {
      const answer = await ada.page.request.get(path);
      const headers = answer.headers();
      const policy = headers["content-security-policy"] ?? "";
      expect(policy).toMatch(/script-src 'nonce-[\w+/=]{20,}' 'strict-dynamic';/);
      expect(policy).not.toMatch(/script-src[^;]*unsafe/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers["cache-control"]).toContain("no-store");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["x-powered-by"]).toBeUndefined();
    }
    const nonces = await Promise.all(
      [1, 2].map(
        async () =>
          /nonce-([\w+/=]+)/.exec((await ada.page.request.get("/")).headers()["content-security-policy"] ?? "")?.[1],
      ),
    );
    expect(new Set(nonces).size).toBe(2);
  });

  it("gives the browser one sealed cookie, which no script can read, and never a token", async () => {
    const { urls } = await platform();
    const cookies = (await ada.context.cookies(urls.dashboard)).filter(({ name }) => name.startsWith("supalove_"));
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    expect(cookies[0]?.value).not.toContain("eyJ");
    await ada.open("/projects");
    expect(await ada.page.evaluate(() => document.cookie)).not.toContain("session");
    expect(await ada.page.content()).not.toMatch(/eyJ[\w-]{20,}\./);
    expect(await ada.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toMatch(
      /eyJ[\w-]{20,}\./,
    );
  });

  it("changes nothing for a page of another origin, subdomains and other ports included", async () => {
    const { urls } = await platform();
    const origins = ["https://evil.example", urls.gateway, urls.gateway.replace("://", `://${project.ref}.`), "null"];
    for (const origin of origins) {
      const path = `/api/v1/projects/${project.ref}`;
      for (const [route, data] of [
        ["previews", { pause: true }],
        ["drift/repair", {}],
      ] as const) {
        const post = await ada.page.request.post(`${path}/${route}`, { headers: { origin }, data });
        expect([post.status(), await post.json()], route).toMatchObject([403, { code: "not_same_origin" }]);
      }
      const out = await ada.page.request.post("/auth/sign-out", { headers: { origin }, maxRedirects: 0 });
      expect(out.status()).toBe(403);
    }
    const form = await ada.page.request.post("/api/v1/previews", {
      headers: { origin: urls.dashboard },
      form: { name: "x" },
    });
    expect(form.status()).toBe(415);
    await ada.open("/projects");
    await ada.page.getByText("Healthy").first().waitFor();
  });

  it("knows one name for itself", async () => {
    const { urls } = await platform();
    const { port } = new URL(urls.dashboard);
    const other = await fetch(`http://127.0.0.1:${port}/projects`, { redirect: "manual" });
    expect([other.status, other.headers.get("location")]).toEqual([307, `${urls.dashboard}/projects`]);
    const post = await fetch(`http://127.0.0.1:${port}/auth/sign-out`, { method: "POST" });
    expect(post.status).toBe(421);
  });

  it("takes no logout from somebody who is not the identity provider", async () => {
    const { urls } = await platform();
    for (const body of ["", "logout_token=x", `logout_token=${"a".repeat(30_000)}`]) {
      const answer = await fetch(`${urls.dashboard}/auth/backchannel-logout`, {
        method: "POST",
        body,
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
      expect(answer.status).toBe(400);
    }
  });
});

describe("signing in and out", () => {
  it("comes back to the page that was asked for, and to no other host", async () => {
    const visitor = await newVisitor(browser);
    await visitor.page.goto(`/projects/${project.ref}/settings`);
    await fillSignIn(visitor, account);
    await visitor.page.waitForURL(`**/projects/${project.ref}/settings`);
    await visitor.page.goto("/auth/sign-in?return_to=//evil.example/");
    await visitor.page.waitForURL("**/projects");
    await visitor.context.close();
  });

  it("starts two sign-ins at once and finishes both", async () => {
    const visitor = await newVisitor(browser);
    const second = await visitor.context.newPage();
    await visitor.page.goto("/projects");
    await second.goto("/platform");
    await fillSignIn(visitor, account);
    await visitor.page.waitForURL("**/projects");
    // The identity provider's form sees that somebody has signed in beside it, and goes on by itself.
    await second.waitForURL("**/platform");
    await visitor.context.close();
  });

  it("stays signed in when the server starts anew", async () => {
    const { urls } = await platform();
    await execa("docker", ["restart", `${instance}-dashboard`]);
    await sleepUntil("the dashboard to answer", () =>
      fetch(`${urls.dashboard}/healthz`).then(
        ({ ok }) => ok || undefined,
        () => undefined,
      ),
    );
    expect((await ada.page.request.get("/api/v1/projects")).status()).toBe(200);
  });

  it("says what to do where a sign-in was not started here", async () => {
    const visitor = await newVisitor(browser);
    await visitor.page.goto("/auth/callback?code=x&state=y&iss=z");
    await visitor.page.getByText("You are not signed in").waitFor();
    await visitor.context.close();
  });

  it("ends the session everywhere: here, at the identity provider, and in another browser's copy of the cookie", async () => {
    const visitor = await newVisitor(browser);
    await visitor.page.goto("/projects");
    await fillSignIn(visitor, account);
    await visitor.page.waitForURL("**/projects");
    const copy = await newVisitor(browser, { storageState: await visitor.context.storageState() });
    expect((await copy.page.request.get("/api/v1/projects")).status()).toBe(200);

    await visitor.page.getByRole("button", { name: "Your account" }).click();
    await visitor.page.getByRole("menuitem", { name: "Sign out" }).click();
    await visitor.page.getByRole("link", { name: "Sign in" }).waitFor();
    expect(new URL(visitor.page.url()).pathname).toBe("/");

    expect((await copy.page.request.get("/api/v1/projects")).status()).toBe(401);
    await visitor.page.getByRole("link", { name: "Sign in" }).click();
    await visitor.page.locator("#kc-login").waitFor();
    await visitor.context.close();
    await copy.context.close();
  });

  it("is told by the identity provider when a session ends there", async () => {
    const visitor = await newVisitor(browser);
    await visitor.page.goto("/projects");
    await fillSignIn(visitor, account);
    await visitor.page.waitForURL("**/projects");
    const { urls } = await platform();
    const elsewhere = await visitor.context.newPage();
    await elsewhere.goto(`${urls.keycloak}/realms/supalove/protocol/openid-connect/logout`);
    await elsewhere.locator("#kc-logout").click();
    await elsewhere.getByText("logged out").first().waitFor();
    expect((await visitor.page.request.get("/api/v1/projects")).status()).toBe(401);
    await visitor.context.close();
  });
});
