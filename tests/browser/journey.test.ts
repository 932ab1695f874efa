import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { execa } from "execa";
import pg from "pg";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { newAccount, newVisitor, openBrowser, settled, signUp, type Visitor } from "../harness/browser.ts";
import { asSuperuser } from "../harness/cluster.ts";
import { type ConsoleProject, createInConsole, deleteInConsole, runInEditor } from "../harness/consoleProject.ts";
import { instance, platform } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";
import { copiedConnection } from "./overview.ts";

let browser: Browser;
let ada: Visitor;
let project: ConsoleProject;
let deleted = false;

beforeAll(async () => {
  browser = await openBrowser();
  ada = await newVisitor(browser);
  await signUp(ada, newAccount());
  project = await createInConsole(ada);
});
afterAll(async () => {
  if (project !== undefined && !deleted) await deleteInConsole(ada, project);
  await browser.close();
});
afterEach(() => expect(ada.faults).toEqual([]));

describe("a person with a project of their own", () => {
  it("sees it in the list, healthy, and in no one else's way", async () => {
    await ada.open("/projects");
    const row = ada.page.getByRole("row", { name: new RegExp(project.name) });
    await row.getByText("Healthy").waitFor();
    expect(await ada.page.getByRole("row").count()).toBe(2);
  });

  it("runs SQL and sees its rows, nulls and all", async () => {
    await runInEditor(ada, project.ref, "select 1 as one, null as nothing, 'text' as words");
    const result = ada.page.getByRole("region", { name: "Result" });
    await result.waitFor();
    expect(await result.getByRole("columnheader").allTextContents()).toEqual(["#", "one", "nothing", "words"]);
    expect(await result.getByRole("cell").allTextContents()).toEqual(["1", "1", "NULL", "text"]);
  });

  it("is shown where a query is wrong", async () => {
    await runInEditor(ada, project.ref, "select 1;\nselect frm x");
    await ada.page.getByText("42703").waitFor();
    expect(await ada.page.getByRole("main").getByRole("alert").textContent()).toContain("line 2, column 8");
    await ada.page.locator(".cm-lintRange-error", { hasText: "frm" }).waitFor();
  });

  it("pastes the snippet into an app, and it works", async () => {
    await runInEditor(
      ada,
      project.ref,
      `create table if not exists public.todos (id int primary key, task text);
       grant select on public.todos to anon;
       insert into public.todos values (1, 'water the plants') on conflict do nothing;
       select count(*) from public.todos`,
    );
    await ada.page.getByRole("region", { name: "Result" }).waitFor();
    await ada.open(`/projects/${project.ref}`);
    await ada.page.getByRole("button", { name: "Copy Snippet for supabase-js" }).click();
    const snippet = await ada.page.evaluate(() => navigator.clipboard.readText());
    await sleepUntil("the gateway to know the table", async () => {
      const printed = await runInBrowser(browser, snippet);
      return printed.includes("water the plants") || undefined;
    });
  });

  it("reveals a secret key for as long as it is wanted, and copies it", async () => {
    await ada.open(`/projects/${project.ref}`);
    const key = ada.page.getByTestId("key-service_role");
    expect(await key.textContent()).toContain("·");
    await ada.page.getByRole("button", { name: "Reveal service_role key" }).click();
    await ada.page.getByRole("button", { name: "Hide service_role key" }).waitFor();
    const shown = await key.textContent();
    expect(shown).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);
    await ada.page.getByRole("button", { name: "Hide service_role key" }).click();
    await ada.page.getByRole("button", { name: "Reveal service_role key" }).waitFor();
    expect(await key.textContent()).toContain("·");
    await ada.page.getByRole("button", { name: "Copy service_role key" }).click();
    await ada.page.getByText("Copied").waitFor();
    expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(shown);
  });

  it("connects to the database with the string it copied", async () => {
    const copied = await copiedConnection(ada, project.ref);
    expect(copied).not.toBe(await ada.page.getByTestId("connection-string").textContent());
    const client = new pg.Client({ connectionString: copied });
    await client.connect();
    const { rows } = await client.query("select current_database() as name");
    await client.end();
    expect(rows).toEqual([{ name: `db_${project.ref}` }]);
  });

  it("changes its size through the diff", async () => {
    await ada.open(`/projects/${project.ref}/settings`);
    await ada.page.getByLabel("Size").selectOption("small");
    await ada.page.getByRole("button", { name: "Preview changes" }).click();
    await ada.page.waitForURL(/\/previews\/prv_/);
    const diff = ada.page.getByRole("list", { name: "Changes" });
    await diff.waitFor();
    expect(await diff.textContent()).toContain("size micro → small");
    await ada.page.getByRole("button", { name: "Apply changes" }).click();
    await ada.page.waitForURL(/\/operations\/op_/);
    // What came before the reload is there again.
    await ada.page.reload();
    await ada.page.getByText("Succeeded", { exact: true }).waitFor({ timeout: 60_000 });
    const steps = ada.page.getByRole("list", { name: "Steps" });
    await steps.getByText("Looking once more").waitFor();
    expect(await steps.getByText("Looking once more").count()).toBe(1);
    await ada.open(`/projects/${project.ref}`);
    await ada.page.getByText("shared · small").first().waitFor();
  });

  it("finds a finished operation as it was, after a reload", async () => {
    await ada.open(`/projects/${project.ref}/operations`);
    await ada.page
      .getByRole("link", { name: new RegExp(`Create.*${project.name}`) })
      .last()
      .click();
    await ada.page.waitForURL(/\/operations\/op_/);
    const steps = ada.page.getByRole("list", { name: "Steps" });
    await steps.waitFor();
    // They come one by one, by the events; the last one is this.
    await steps.getByText("Asking for the project through the gateway").waitFor();
    const before = await steps.getByRole("listitem").count();
    await ada.page.reload();
    await settled(ada.page);
    await sleepUntil(
      "the steps to be back",
      async () => (await steps.getByRole("listitem").count()) === before || undefined,
    );
  });

  it("pauses it and wakes it, over a reload on the way", async () => {
    const { page } = ada;
    for (const [act, done] of [
      ["Pause project", "Paused"],
      ["Resume project", "Healthy"],
    ] as const) {
      await ada.open(`/projects/${project.ref}`);
      await page.getByRole("button", { name: act }).click();
      await page.waitForURL(/\/previews\/prv_/);
      await page.getByRole("button", { name: act }).click();
      await page.waitForURL(/\/operations\/op_/);
      await page.reload();
      await page.getByText("Succeeded", { exact: true }).waitFor({ timeout: 60_000 });
      await page.getByRole("link", { name: "Open project" }).click();
      await page.getByText(done, { exact: true }).first().waitFor();
    }
  });

  it("calls off what waits for its turn", async () => {
    const { page } = ada;
    const { urls } = await platform();
    // Nobody takes it from the queue meanwhile.
    await execa("docker", ["pause", `${instance}-runner`]);
    try {
      const started = await page.request.post(`/api/v1/projects/${project.ref}/previews`, {
        data: { size: "medium" },
        headers: { origin: urls.dashboard },
      });
      const { operation_id } = (await started.json()) as { operation_id: string };
      await ada.open(`/operations/${operation_id}`);
      await page.getByText("Queued", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("Cancelled", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Cancel" }).waitFor({ state: "detached" });
    } finally {
      await execa("docker", ["unpause", `${instance}-runner`]);
    }
  });

  it("is told which part of the platform does not answer, and when it does again", async () => {
    const { page } = ada;
    const light = (part: string, state: string) =>
      page
        .getByRole("listitem")
        .filter({ hasText: new RegExp(`^${part}`) })
        .getByText(state, { exact: true })
        // The page asks by itself; a cluster counts as dead once its runner has not seen it for a while.
        .waitFor({ timeout: 60_000 });
    const parts = ["API", "Control database", "Identity provider", "Gateway", "Runner", "Shared cluster", "Prometheus"];
    await ada.open("/platform");
    for (const part of parts) await light(part, "Works");
    const dead = [`${instance}-runner`, `${instance}-prometheus`];
    await execa("docker", ["pause", ...dead]);
    try {
      // Nobody else looks at the cluster.
      const lights = { Runner: "Down", "Shared cluster": "Unknown", Prometheus: "Down", Gateway: "Works" };
      for (const [part, state] of Object.entries(lights)) await light(part, state);
    } finally {
      await execa("docker", ["unpause", ...dead]);
    }
    for (const part of parts) await light(part, "Works");
  }, 240_000);

  it("is told when something does not answer, and can try again", async () => {
    const { page } = ada;
    await ada.open("/platform");
    await page.route("**/api/v1/operations?*", (route) => route.abort());
    await page.getByRole("link", { name: "Operations" }).click();
    const alert = page.getByRole("main").getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain("This dashboard's server does not answer.");
    await page.unroute("**/api/v1/operations?*");
    await alert.getByRole("button", { name: "Try again" }).click();
    await page
      .getByRole("link", { name: new RegExp(`Create.*${project.name}`) })
      .last()
      .waitFor();
  });

  it("sees that nothing drifted, then what somebody changed by hand, and repairs it", async () => {
    const { page } = ada;
    await ada.open(`/projects/${project.ref}/drift`);
    const look = page.getByRole("button", { name: "Look now" });
    await look.click();
    await page.getByText("As it should be").waitFor({ timeout: 60_000 });

    const limit = () => asSuperuser(`select rolconnlimit from pg_roles where rolname = 'postgres_${project.ref}'`);
    const before = await limit();
    await asSuperuser(`alter role postgres_${project.ref} connection limit 1`);
    await look.click();
    await page.getByText("Drifted", { exact: true }).waitFor({ timeout: 60_000 });
    expect(await page.getByRole("list", { name: "Changes" }).textContent()).toContain(`postgres_${project.ref}`);
    await page.getByRole("button", { name: "Repair" }).click();
    await page.waitForURL(/\/operations\/op_/);
    await page.getByText("Succeeded", { exact: true }).waitFor({ timeout: 60_000 });
    expect(await limit()).toBe(before);
  });

  it("deletes it, and finds the backup that was taken before", async () => {
    await deleteInConsole(ada, project);
    deleted = true;
    await ada.open("/backups");
    const row = ada.page.getByRole("listitem").filter({ hasText: project.name });
    await row.getByText("before it was deleted").waitFor();
    await row.getByRole("button", { name: /^Copy command that fetches/ }).click();
    const copied = await ada.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^\.\/supalove backups get (bak_[a-z0-9]+) --output \1\.dump$/);
  });
});

/** Runs a module in a blank page of another origin, as an app's bundler would deliver it. @returns what it printed */
async function runInBrowser(browser: Browser, code: string): Promise<string> {
  const resolveDir = fileURLToPath(new URL("..", import.meta.url));
  const bundled = await build({
    stdin: { contents: code, resolveDir, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
  });
  const server = await serve(bundled.outputFiles[0]?.text ?? "");
  const page = await browser.newPage();
  try {
    const printed = page.waitForEvent("console", { timeout: 20_000 });
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    const message = await printed;
    const values = await Promise.all(message.args().map((arg) => arg.jsonValue()));
    return JSON.stringify(values);
  } finally {
    await page.close();
    server.close();
  }
}

function serve(script: string): Promise<Server> {
  const server = createServer((request, response) => {
    const isScript = request.url === "/app.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(
      isScript ? script : '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/app.js"></script>',
    );
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
