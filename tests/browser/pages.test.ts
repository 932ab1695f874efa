import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  newAccount,
  newVisitor,
  openBrowser,
  seriousFindings,
  settled,
  signUp,
  type Visitor,
  withAxe,
} from "../harness/browser.ts";
import { asSuperuser } from "../harness/cluster.ts";
import { type ConsoleProject, createInConsole, deleteInConsole, runInEditor } from "../harness/consoleProject.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";
import { LOOKS, overflow, picture } from "./looks.ts";

let browser: Browser;
let owner: Visitor;
let project: ConsoleProject;
let operation: string;
let preview: string;
let organization: string;

beforeAll(async () => {
  browser = await openBrowser();
  owner = await newVisitor(browser);
  await signUp(owner, newAccount());
  project = await createInConsole(owner, "storefront");
  const operations = await owner.page.request.get(`/api/v1/operations?project_ref=${project.ref}`);
  operation = ((await operations.json()) as { id: string; kind: string }[]).find(({ kind }) => kind === "up")?.id ?? "";
  const organizations = await owner.page.request.get("/api/v1/organizations");
  organization = ((await organizations.json()) as { id: string }[])[0]?.id ?? "";
  await owner.open(`/projects/${project.ref}/settings`);
  await owner.page.getByLabel("Size").selectOption("large");
  await owner.page.getByText("pg_trgm").click();
  await owner.page.getByRole("button", { name: "Preview changes" }).click();
  await owner.page.waitForURL(/\/previews\/prv_/);
  preview = new URL(owner.page.url()).pathname.split("/").at(-1) ?? "";
  await owner.page.getByRole("list", { name: "Changes" }).waitFor();
  await asSuperuser(`alter role postgres_${project.ref} connection limit 1`);
  await owner.open(`/projects/${project.ref}/drift`);
  await owner.page.getByRole("button", { name: "Look now" }).click();
  await owner.page.getByText("Drifted", { exact: true }).waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  if (project !== undefined) await deleteInConsole(owner, project);
  await browser.close();
});

describe.each(Object.keys(LOOKS))("each page, %s", (look) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await newVisitor(browser, {
      ...LOOKS[look],
      storageState: await owner.context.storageState(),
    });
    await withAxe(visitor);
  });
  afterAll(() => visitor.context.close());

  it.each([
    ["projects", () => "/projects"],
    ["new-project", () => "/projects/new"],
    ["overview", () => `/projects/${project.ref}`],
    ["sql", () => `/projects/${project.ref}/sql`],
    ["project-operations", () => `/projects/${project.ref}/operations`],
    ["drift", () => `/projects/${project.ref}/drift`],
    ["settings", () => `/projects/${project.ref}/settings`],
    ["operation", () => `/operations/${operation}`],
    ["preview", () => `/previews/${preview}`],
    ["operations", () => "/operations"],
    ["backups", () => "/backups"],
    ["platform", () => "/platform"],
    ["tokens", () => "/account/tokens"],
    ["organizations", () => "/organizations"],
    ["organization", () => `/organizations/${organization}`],
    ["sign-in-failed", () => "/auth/failed?why=expired"],
    ["missing", () => "/no/such/page"],
  ])("%s", async (name, path) => {
    await visitor.open(path());
    if (name === "sql") {
      await runInEditor(
        visitor,
        project.ref,
        "select n as id, 'customer ' || n as name, now() - n * interval '1 day' as since, case when n % 3 = 0 then null else n * 1.5 end as balance\nfrom generate_series(1, 12) n",
      );
      await visitor.page.getByRole("region", { name: "Result" }).waitFor();
    }
    await picture(visitor, look, name);
    expect(await seriousFindings(visitor.page)).toEqual([]);
    expect(await overflow(visitor)).toBeLessThanOrEqual(0);
    expect(visitor.faults).toEqual([]);
  });

  it("the front door", async () => {
    const stranger = await newVisitor(browser, LOOKS[look]);
    await withAxe(stranger);
    await stranger.open("/");
    await picture(stranger, look, "welcome");
    expect(await seriousFindings(stranger.page)).toEqual([]);
    expect(await overflow(stranger)).toBeLessThanOrEqual(0);
    await stranger.context.close();
  });
});

describe("the keyboard", () => {
  it("leads from the top of a page to its content, and through a dialog and out again", async () => {
    const { page } = owner;
    await owner.open(`/projects/${project.ref}/settings`);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await page.getByRole("button", { name: "Delete project…" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    expect(await page.evaluate(() => document.activeElement?.closest("[role=dialog]") !== null)).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await sleepUntil(
      "the focus to be back at the button",
      async () => (await page.evaluate(() => document.activeElement?.textContent)) === "Delete project…" || undefined,
    );
  });

  it("keeps the look that somebody chose", async () => {
    const visitor = await newVisitor(browser, {
      colorScheme: "light",
      storageState: await owner.context.storageState(),
    });
    await visitor.open("/projects");
    await visitor.page.getByRole("button", { name: "Switch between light and dark" }).click();
    await visitor.page.reload();
    await settled(visitor.page);
    expect(await visitor.page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    await visitor.context.close();
  });
});
