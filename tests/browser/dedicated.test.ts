import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { uniqueName } from "../harness/api.ts";
import {
  newAccount,
  newVisitor,
  openBrowser,
  seriousFindings,
  signUp,
  type Visitor,
  withAxe,
} from "../harness/browser.ts";
import { type ConsoleProject, createInConsole, deleteInConsole, runInEditor } from "../harness/consoleProject.ts";
import { supalove } from "../harness/platform.ts";
import { containerOf, docker, remainsOf } from "../harness/stack.ts";
import { LOOKS, overflow, picture } from "./looks.ts";

let browser: Browser;
let ada: Visitor;
let project: ConsoleProject;
let deleted = false;
/** Another name of the image that REST runs; the project may need it until its end. */
let image: string | undefined;

beforeAll(async () => {
  browser = await openBrowser();
  ada = await newVisitor(browser);
  await signUp(ada, newAccount());
  project = await createInConsole(ada, uniqueName("stack"), "dedicated");
});
afterAll(async () => {
  if (project !== undefined && !deleted) await deleteInConsole(ada, project);
  await browser.close();
  if (image !== undefined) await docker("rmi", image);
});
afterEach(() => expect(ada.faults).toEqual([]));

const succeeded = () => ada.page.getByText("Succeeded", { exact: true }).waitFor({ timeout: 90_000 });
/** Applies the preview that an act has led to, once it says in words what would happen. */
async function applied(button: string, words: string): Promise<void> {
  await ada.page.waitForURL(/\/previews\/prv_/);
  await ada.page.getByRole("list", { name: "Changes" }).getByText(words).waitFor({ timeout: 60_000 });
  await picture(ada, "light", `preview-${button.toLowerCase().replaceAll(" ", "-")}`);
  await ada.page.getByRole("button", { name: button }).click();
  await ada.page.waitForURL(/\/operations\/op_/);
}
/** The row of a container; the first heading in it is its name. */
const container = (title: string) =>
  ada.page
    .getByRole("list", { name: "Containers" })
    .getByRole("listitem")
    .filter({ has: ada.page.getByRole("heading", { name: title, exact: true }) });

describe("a person with a project of the dedicated plan", () => {
  it("sees what it is made of, and that its database is not published", async () => {
    const { page } = ada;
    await ada.open(`/projects/${project.ref}`);
    await page.getByText("dedicated · micro").first().waitFor();
    await page.getByText("768 MiB, 1 processor").waitFor();
    await page.getByText("Database, REST API, postgres-meta").waitFor();
    await page.getByText("The database takes no direct connections").waitFor();
    expect(await page.getByTestId("connection-string").count()).toBe(0);
    expect(await page.getByRole("main").getByRole("alert").count()).toBe(0);
    await page.getByRole("link", { name: "Publish it in the settings" }).click();
    await page.waitForURL(/\/settings$/);
  });

  it("runs SQL in it", async () => {
    await runInEditor(ada, project.ref, "select current_user as login");
    const result = ada.page.getByRole("region", { name: "Result" });
    await result.waitFor();
    expect(await result.getByRole("cell").allTextContents()).toEqual(["1", "postgres"]);
  });

  it("sees its containers live", async () => {
    await ada.open(`/projects/${project.ref}/stack`);
    for (const title of ["Database", "REST API", "postgres-meta", "Gateway"]) {
      await container(title).getByText("Healthy").waitFor();
    }
    const words = await container("Database").textContent();
    expect(words).toMatch(/\d+ MiB of 768 MiB/);
    expect(words).toMatch(/Restarts\s*0/);
    await docker("stop", containerOf(project.ref, "meta"));
    await container("postgres-meta").getByText("Stopped").waitFor();
    await docker("start", containerOf(project.ref, "meta"));
    await container("postgres-meta").getByText("Healthy").waitFor();
  });

  it("restarts a service, and watches that", async () => {
    const startedAt = () => docker("inspect", containerOf(project.ref, "rest"), "--format", "{{.State.StartedAt}}");
    const before = await startedAt();
    await ada.open(`/projects/${project.ref}/stack`);
    await container("REST API").getByRole("button", { name: "Restart REST API" }).click();
    await applied("Restart service", "The REST service is stopped and started again");
    await succeeded();
    expect(await startedAt()).not.toBe(before);
    await ada.page.getByRole("link", { name: "Open project" }).click();
    await ada.page.getByText("Healthy", { exact: true }).first().waitFor();
  });

  it("is told which setting or route is wrong", async () => {
    const { page } = ada;
    await ada.open(`/projects/${project.ref}/settings`);
    await page.getByLabel("Another setting").selectOption("work_mem");
    await page.getByRole("button", { name: "Add setting" }).click();
    await page.getByRole("textbox", { name: "work_mem" }).fill("much; too much");
    await page.getByRole("button", { name: "Add route" }).click();
    await page.getByLabel("Path", { exact: true }).fill("/rest/mine");
    await page.getByLabel("Target").fill("http://10.0.0.7:8080");
    await page.getByRole("button", { name: "Preview changes" }).click();
    await page.getByText("must be a number with a unit").first().waitFor();
    await page.getByText("belongs to Supabase's own routes").first().waitFor();
    await page.getByText("is private, and gateways may go to public addresses only").first().waitFor();
    expect(await page.getByRole("textbox", { name: "work_mem" }).getAttribute("aria-invalid")).toBe("true");
    await page.getByRole("button", { name: "Remove work_mem" }).click();
    await page.getByRole("button", { name: "Remove route 1" }).click();
    await page.getByText("Nothing is changed yet.").waitFor();
  });

  it("publishes the database, with a setting and a route, through the diff", async () => {
    const { page } = ada;
    await ada.open(`/projects/${project.ref}/settings`);
    await page.getByLabel("Publish the database").check();
    await page.getByLabel("Another setting").selectOption("work_mem");
    await page.getByRole("button", { name: "Add setting" }).click();
    await page.getByRole("textbox", { name: "work_mem" }).fill("7MB");
    await page.getByRole("button", { name: "Add route" }).click();
    await page.getByLabel("Path", { exact: true }).fill("/shop");
    await page.getByLabel("Target").fill("http://meta:8080");
    await page.getByLabel("Access").selectOption("service");
    await page.getByRole("button", { name: "Preview changes" }).click();
    await page.waitForURL(/\/previews\/prv_/);
    const diff = page.getByRole("list", { name: "Changes" });
    await diff.waitFor({ timeout: 60_000 });
    expect(await diff.textContent()).toMatch(/Postgres restarts/);
    await page.getByRole("button", { name: "Apply changes" }).click();
    await page.waitForURL(/\/operations\/op_/);
    await succeeded();

    await ada.open(`/projects/${project.ref}`);
    await page.getByTestId("connection-string").getByText("postgresql://postgres:").waitFor();
    await ada.open(`/projects/${project.ref}/settings`);
    expect(await page.getByLabel("Publish the database").isChecked()).toBe(true);
    expect(await page.getByRole("textbox", { name: "work_mem" }).inputValue()).toBe("7MB");
    expect(await page.getByLabel("Access").inputValue()).toBe("service");
    await page.getByText("Nothing is changed yet.").waitFor();
  });

  it("brings REST to another version, through the diff", async () => {
    const { page } = ada;
    const version = `browser-${Date.now().toString(36)}`;
    image = `test-browser/rest:${version}`;
    const reference = await docker("inspect", containerOf(project.ref, "rest"), "--format", "{{.Image}}");
    await docker("tag", reference, image);
    try {
      expect(await supalove("images", "add", "rest", version, image)).toMatchObject({ exitCode: 0 });
      await ada.open(`/projects/${project.ref}/settings`);
      expect(await page.getByLabel("Database version").textContent()).toContain("(runs now)");
      await page.getByLabel("REST API version").selectOption(version);
      await page.getByRole("button", { name: "Preview upgrade" }).click();
      await page.waitForURL(/\/previews\/prv_/);
      await page.getByText("version of the REST service").first().waitFor({ timeout: 60_000 });
      await page.getByRole("button", { name: "Apply changes" }).click();
      await page.waitForURL(/\/operations\/op_/);
      await succeeded();
      await ada.open(`/projects/${project.ref}/stack`);
      await container("REST API").getByText(version).first().waitFor();
    } finally {
      await supalove("images", "withdraw", "rest", version);
    }
  });

  it("pauses it, to no container, and wakes it", async () => {
    const { page } = ada;
    await ada.open(`/projects/${project.ref}`);
    await page.getByRole("button", { name: "Pause project" }).click();
    await applied("Pause project", "Postgres is stopped and its container removed");
    await succeeded();
    await ada.open(`/projects/${project.ref}/stack`);
    await page.getByText("The project is paused").waitFor();
    await page.getByRole("link", { name: "Resume it" }).click();
    await page.getByText("they answer again once it is resumed").waitFor();
    await page.getByRole("button", { name: "Resume project" }).click();
    await applied("Resume project", "Postgres will be started");
    await succeeded();
    await ada.open(`/projects/${project.ref}/stack`);
    await container("Database").getByText("Healthy").waitFor();
  });

  it("sees a service that somebody stopped, as drift and in the stack, and repairs it", async () => {
    const { page } = ada;
    await docker("stop", containerOf(project.ref, "rest"));
    await ada.open(`/projects/${project.ref}/stack`);
    await container("REST API").getByText("Stopped").waitFor();
    await ada.open(`/projects/${project.ref}/drift`);
    await page.getByRole("button", { name: "Look now" }).click();
    await page.getByText("Drifted", { exact: true }).waitFor({ timeout: 60_000 });
    expect(await page.getByRole("list", { name: "Changes" }).textContent()).toContain("REST");
    await page.getByRole("button", { name: "Repair" }).click();
    await page.waitForURL(/\/operations\/op_/);
    await succeeded();
    await ada.open(`/projects/${project.ref}/stack`);
    await container("REST API").getByText("Healthy").waitFor();
  });
});

describe.each(Object.keys(LOOKS))("each page of it, %s", (look) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await newVisitor(browser, { ...LOOKS[look], storageState: await ada.context.storageState() });
    await withAxe(visitor);
  });
  afterAll(() => visitor.context.close());

  it.each([
    ["dedicated-new", () => "/projects/new"],
    ["dedicated-overview", () => `/projects/${project.ref}`],
    ["dedicated-stack", () => `/projects/${project.ref}/stack`],
    ["dedicated-settings", () => `/projects/${project.ref}/settings`],
  ])("%s", async (name, path) => {
    await visitor.open(path());
    if (name === "dedicated-new") await visitor.page.getByRole("radio", { name: /^Dedicated/ }).check();
    await picture(visitor, look, name);
    expect(await seriousFindings(visitor.page)).toEqual([]);
    expect(await overflow(visitor)).toBeLessThanOrEqual(0);
    expect(visitor.faults).toEqual([]);
  });
});

describe("the end of it", () => {
  it("comes after its name was typed, and leaves nothing", async () => {
    await deleteInConsole(ada, project);
    deleted = true;
    expect(await remainsOf(project.ref)).toEqual([]);
  });
});
