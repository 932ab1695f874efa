import { execa } from "execa";
import pg from "pg";
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
import { sqlState } from "../harness/cluster.ts";
import { type ConsoleProject, createInConsole, deleteInConsole, runInEditor } from "../harness/consoleProject.ts";
import { supalove } from "../harness/platform.ts";
import { ownUrl, ROTATED_SQL, restStatus } from "../harness/rotation.ts";
import { asSuperuser, containerOf, docker, remainsOf } from "../harness/stack.ts";
import { LOOKS, overflow, picture } from "./looks.ts";
import { copiedConnection, shownAnonKey } from "./overview.ts";
import { throughDiff } from "./throughDiff.ts";

let browser: Browser;
let ada: Visitor;
let project: ConsoleProject;
let deleted = false;
/** Another version of the image that REST runs; the project may need it until its end. */
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

/** A thing of the project as Docker has it. */
const inspect = (service: string, format: string) =>
  docker("inspect", containerOf(project.ref, service), "--format", format);
/** Presses the button of a project's settings for what was chosen there, and applies it. @returns what the diff says */
async function chosen(name: string, button = "Preview changes"): Promise<string> {
  await ada.page.getByRole("button", { name: button, exact: true }).click();
  return throughDiff(ada, "Apply changes", `dedicated-${name}`);
}
/** The row of a container; the first heading in it is its name. */
const container = (title: string) =>
  ada.page
    .getByRole("list", { name: "Containers" })
    .getByRole("listitem")
    .filter({ has: ada.page.getByRole("heading", { name: title, exact: true }) });

describe("a person who wants a project of the dedicated plan", () => {
  it("chooses its size and services, and sees what would be made before anything is", async () => {
    const { page } = ada;
    await ada.open("/projects/new");
    await page.getByLabel("Name").fill(uniqueName("only-looked-at"));
    await page.getByRole("radio", { name: /^Dedicated/ }).check();
    await page.getByLabel("Size").selectOption({ label: "nano: 384 MiB, half a processor" });
    await page.getByRole("checkbox", { name: "REST API" }).uncheck();
    await page.getByRole("button", { name: "Preview" }).click();
    await page.waitForURL(/\/previews\/prv_/);
    const diff = page.getByRole("list", { name: "Changes" });
    await diff.waitFor({ timeout: 60_000 });
    const words = await diff.textContent();
    expect(words).toContain("(dedicated plan, size nano)");
    expect(words).toContain("Postgres will be started (memory 384 MiB, processors 0.5)");
    expect(words).toContain("Postgres-meta will be started");
    expect(words).not.toContain("The REST service");
    await picture(ada, "light", "preview-dedicated-create");
    await page.getByRole("link", { name: "Don't" }).click();
    await page.waitForURL(/\/projects\/new$/);
    await ada.open("/projects");
    // The heading, and the one that was made before.
    expect(await page.getByRole("row").count()).toBe(2);
  });
});

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
    const startedAt = () => inspect("rest", "{{.State.StartedAt}}");
    const before = await startedAt();
    await ada.open(`/projects/${project.ref}/stack`);
    await container("REST API").getByRole("button", { name: "Restart REST API" }).click();
    const words = await throughDiff(ada, "Restart service", "dedicated-restart");
    expect(words).toContain("The REST service is stopped and started again (about 1 s)");
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
    const words = await chosen("publish");
    expect(words).toMatch(/Postgres restarts \(about 5 s\)/);
    expect(words).toContain("Postgres setting work_mem the size's own → 7MB");
    expect(words).toContain("the route /shop is added: it leads to http://meta:8080 (for the service key)");
    expect(words).toContain("the database takes direct connections on a port of the server");
    expect(await asSuperuser(project.ref, "show work_mem")).toBe("7MB");

    await ada.open(`/projects/${project.ref}`);
    await page.getByTestId("connection-string").getByText("postgresql://postgres:").waitFor();
    await ada.open(`/projects/${project.ref}/settings`);
    expect(await page.getByLabel("Publish the database").isChecked()).toBe(true);
    expect(await page.getByRole("textbox", { name: "work_mem" }).inputValue()).toBe("7MB");
    expect(await page.getByLabel("Access").inputValue()).toBe("service");
    await page.getByText("Nothing is changed yet.").waitFor();
    const apikey = await shownAnonKey(ada, project.ref);
    const shop = await fetch(`${await ownUrl(project.ref)}/shop/health`, { headers: { apikey } });
    expect([shop.status, await shop.json()]).toEqual([403, expect.objectContaining({ code: "service_key_required" })]);
  });

  it("switches a service off and on again", async () => {
    const { page } = ada;
    const rest = containerOf(project.ref, "rest");
    const toggle = async (name: string) => {
      await ada.open(`/projects/${project.ref}/settings`);
      await page.getByRole("checkbox", { name: "REST API" }).click();
      return chosen(name);
    };
    const off = await toggle("service-off");
    expect(off).toContain("the service rest is switched off");
    expect(off).toContain("The REST service is stopped and its container removed");
    expect(await remainsOf(project.ref)).not.toContain(rest);
    await ada.open(`/projects/${project.ref}`);
    await page.getByText("Database, postgres-meta", { exact: true }).waitFor();
    await picture(ada, "light", "dedicated-overview-without-rest");
    await ada.open(`/projects/${project.ref}/stack`);
    // What is shown at first may have been seen some seconds ago.
    await container("REST API").waitFor({ state: "detached" });
    await container("Gateway").getByText("Healthy").waitFor();
    await picture(ada, "light", "dedicated-stack-without-rest");

    const on = await toggle("service-on");
    expect(on).toContain("the service rest is switched on");
    expect(on).toContain("The REST service will be started (memory");
    expect(await remainsOf(project.ref)).toContain(rest);
    await ada.open(`/projects/${project.ref}`);
    await page.getByText("Database, REST API, postgres-meta", { exact: true }).waitFor();
  });

  it("gives it more memory and processors", async () => {
    const { page } = ada;
    await ada.open(`/projects/${project.ref}/settings`);
    await page.getByLabel("Size").selectOption({ label: "small: 1.5 GiB, 2 processors" });
    const words = await chosen("resize");
    expect(words).toContain("size micro → small");
    expect(words).toMatch(/Postgres restarts \(about 5 s\): .*memory \+768 MiB \(768 → 1536\)/);
    expect(await inspect("db", "{{.HostConfig.Memory}}")).toBe(String(1536 * 1024 * 1024));
    await ada.open(`/projects/${project.ref}`);
    await page.getByText("1.5 GiB, 2 processors", { exact: true }).waitFor();
    await ada.open(`/projects/${project.ref}/stack`);
    await container("Database").getByText("of 1.5 GiB").waitFor();
    await container("REST API").getByText("Healthy").waitFor();
  });

  it("rotates its keys, and the old ones are refused at once where that was chosen", async () => {
    const { page } = ada;
    await runInEditor(ada, project.ref, `${ROTATED_SQL} select id from public.kept`);
    await page.getByRole("region", { name: "Result" }).waitFor();
    const before = await shownAnonKey(ada, project.ref);
    const url = await ownUrl(project.ref);
    const accepted = (apikey: string) => restStatus(url, { apikey });
    expect(await accepted(before)).toBe(200);
    await ada.open(`/projects/${project.ref}/settings`);
    await page.getByLabel("Old keys are accepted").selectOption("not at all: they stop working at once");
    const words = await chosen("rotate-keys", "Rotate keys");
    expect(words).toContain("the old keys stop working at once, and with them users' sessions");
    expect(words).toMatch(/The REST service restarts \(about 1 s\): .*new keys/);
    expect(words).not.toContain(before);
    const after = await shownAnonKey(ada, project.ref);
    expect(await Promise.all([before, after].map(accepted))).toEqual([401, 200]);
  });

  it("rotates its database passwords", async () => {
    const before = await copiedConnection(ada, project.ref);
    await ada.open(`/projects/${project.ref}/settings`);
    const words = await chosen("rotate-passwords", "Rotate database passwords");
    expect(words).toContain("the database passwords are made anew");
    const login = async (connectionString: string) => {
      const session = new pg.Client({ connectionString });
      await session.connect();
      await session.end();
    };
    expect(await sqlState(login(before))).toBe("28P01");
    expect(await sqlState(login(await copiedConnection(ada, project.ref)))).toBeUndefined();
  });

  it("brings REST to another version, through the diff", async () => {
    const { page } = ada;
    const version = `browser-${Date.now().toString(36)}`;
    const reference = `test-browser/rest:${version}`;
    const before = await inspect("rest", "{{.Image}}");
    const base = await docker("image", "inspect", before, "--format", "{{index .RepoTags 0}}");
    const input = `FROM ${base}\nLABEL test.version=${version}\n`;
    await execa("docker", ["build", "--tag", reference, "-"], { input });
    image = reference;
    try {
      expect(await supalove("images", "add", "rest", version, image)).toMatchObject({ exitCode: 0 });
      await ada.open(`/projects/${project.ref}/settings`);
      expect(await page.getByLabel("Database version").textContent()).toContain("(runs now)");
      await page.getByLabel("REST API version").selectOption(version);
      const words = await chosen("version", "Preview upgrade");
      expect(words).toMatch(new RegExp(`version of the REST service \\S+ → ${version}`));
      expect(words).toContain("The REST service restarts (about 1 s): another image");
      expect(await inspect("rest", "{{.Image}}")).toBe(await docker("image", "inspect", image, "--format", "{{.Id}}"));
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
    const words = await throughDiff(ada, "Pause project", "dedicated-pause");
    expect(words).toContain("Postgres is stopped and its container removed; what is in the project's volume stays");
    expect((await remainsOf(project.ref)).sort()).toEqual([containerOf(project.ref), containerOf(project.ref, "data")]);
    await ada.open(`/projects/${project.ref}/stack`);
    await page.getByText("The project is paused").waitFor();
    await page.getByRole("link", { name: "Resume it" }).click();
    await page.getByText("they answer again once it is resumed").waitFor();
    await page.getByRole("button", { name: "Resume project" }).click();
    expect(await throughDiff(ada, "Resume project", "dedicated-resume")).toMatch(
      /Postgres will be started \(memory 1536 MiB/,
    );
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
    await page.getByText("Succeeded", { exact: true }).waitFor({ timeout: 90_000 });
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
