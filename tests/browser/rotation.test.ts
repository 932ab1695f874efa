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
import { type ConsoleProject, createInConsole, deleteInConsole } from "../harness/consoleProject.ts";
import { overflow, picture } from "./looks.ts";
import { shownAnonKey } from "./overview.ts";
import { throughDiff } from "./throughDiff.ts";

let browser: Browser;
let ada: Visitor;
let project: ConsoleProject;
beforeAll(async () => {
  browser = await openBrowser();
  ada = await newVisitor(browser);
  await withAxe(ada);
  await signUp(ada, newAccount());
  project = await createInConsole(ada, uniqueName("rotation"));
});
afterAll(async () => {
  if (project !== undefined) await deleteInConsole(ada, project);
  await browser.close();
});
afterEach(() => expect(ada.faults).toEqual([]));

/** Presses a button of the settings, and applies what it leads to. @returns what the diff says */
async function through(button: string): Promise<string> {
  await ada.open(`/projects/${project.ref}/settings`);
  await ada.page.getByRole("button", { name: button }).click();
  return throughDiff(ada, "Apply changes", button.toLowerCase().replaceAll(" ", "-"));
}

describe("a person whose keys have leaked", () => {
  it("rotates them through the diff, and sees until when the old ones work", async () => {
    const { page } = ada;
    const before = await shownAnonKey(ada, project.ref);
    await ada.open(`/projects/${project.ref}/settings`);
    await page.getByLabel("Old keys are accepted").selectOption("for a week");
    await page.getByRole("button", { name: "Rotate keys" }).click();
    const words = await throughDiff(ada, "Apply changes", "rotate-keys");
    expect(words).toMatch(/the JWT secret and the four API keys are made anew/);
    expect(words).toMatch(/are accepted for 168 hours from when this is applied/);
    expect(words).not.toContain(before);
    expect(await shownAnonKey(ada, project.ref)).not.toBe(before);
    await page.getByText("Old keys end").waitFor();
    await page.getByText("in 7 days").waitFor();
  });

  it("can end the overlap, and is not offered another rotation before", async () => {
    const { page } = ada;
    await ada.open(`/projects/${project.ref}/settings`);
    await page.getByText("The old ones are accepted until their overlap ends").waitFor();
    expect(await page.getByRole("button", { name: "Rotate keys" }).count()).toBe(0);
    expect(await overflow(ada)).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    await picture(ada, "light", "settings-rotation");
    expect(await through("End the overlap")).toMatch(/the old keys stop working now/);
    await ada.open(`/projects/${project.ref}/settings`);
    await page.getByRole("button", { name: "Rotate keys" }).waitFor();
  });

  it("rotates the database passwords", async () => {
    const words = await through("Rotate database passwords");
    expect(words).toMatch(/the database passwords are made anew; connections with the old ones stay/);
  });
});
