import type { Locator } from "playwright-core";
import { uniqueName } from "./api.ts";
import { settled, type Visitor } from "./browser.ts";

/** A project that was made by hand, in the console. */
export interface ConsoleProject {
  readonly ref: string;
  readonly name: string;
}

/** Creates a project the way a person does: the form, the diff, the button. */
export async function createInConsole(
  { page }: Visitor,
  name = uniqueName("console"),
  plan: "shared" | "dedicated" = "shared",
): Promise<ConsoleProject> {
  await page.goto("/projects/new");
  await page.getByLabel("Name").fill(name);
  if (plan === "dedicated") await page.getByRole("radio", { name: /^Dedicated/ }).check();
  await page.getByRole("button", { name: "Preview" }).click();
  await page.waitForURL(/\/previews\/prv_/);
  const diff = page.getByRole("list", { name: "Changes" });
  await diff.waitFor();
  await page.getByRole("button", { name: "Create project" }).click();
  await page.waitForURL(/\/operations\/op_/);
  await page.getByText("Succeeded", { exact: true }).waitFor({ timeout: 90_000 });
  await page.getByRole("link", { name: "Open project" }).click();
  await page.waitForURL(/\/projects\/[a-z]{20}$/);
  await settled(page);
  const ref = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  return { ref, name };
}

/** Writes into the SQL editor and runs it. */
export async function runInEditor({ page }: Visitor, ref: string, sql: string): Promise<void> {
  if (!page.url().endsWith(`/projects/${ref}/sql`)) await page.goto(`/projects/${ref}/sql`);
  const editor = page.getByRole("textbox", { name: "SQL" });
  await editor.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(sql);
  await page.keyboard.press("Control+Enter");
}

/** Deletes a project the way a person does, and waits until it is gone. */
export async function deleteInConsole({ page }: Visitor, { ref, name }: ConsoleProject): Promise<void> {
  await page.goto(`/projects/${ref}/settings`);
  await page.getByRole("button", { name: "Delete project…" }).click();
  const go = page.getByRole("button", { name: "Show what goes" });
  await mustBeDisabled(go);
  await page.getByRole("dialog").getByRole("textbox").fill(name);
  await go.click();
  await page.waitForURL(/\/previews\/prv_/);
  await page.getByText("data is lost").first().waitFor();
  const last = page.getByRole("button", { name: "Delete project" });
  await mustBeDisabled(last);
  await page.getByRole("textbox").fill(name);
  await last.click();
  await page.waitForURL(/\/operations\/op_/);
  await page.getByText("Succeeded", { exact: true }).waitFor({ timeout: 90_000 });
}

async function mustBeDisabled(button: Locator): Promise<void> {
  if (!(await button.isDisabled()))
    throw new Error(`${await button.textContent()}: takes a click before the name was typed`);
}
