import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { uniqueName } from "../harness/api.ts";
import {
  type Account,
  newAccount,
  newVisitor,
  openBrowser,
  seriousFindings,
  settled,
  signUp,
  type Visitor,
  withAxe,
} from "../harness/browser.ts";
import { deleteInConsole } from "../harness/consoleProject.ts";
import { containerOf, docker } from "../harness/stack.ts";
import { overflow, picture } from "./looks.ts";
import { throughDiff } from "./throughDiff.ts";

let browser: Browser;
let ada: Visitor;
let ben: Visitor;
let bensAccount: Account;
let link: string;
let ref: string | undefined;
let deleted = false;
const name = uniqueName("approved");

beforeAll(async () => {
  browser = await openBrowser();
  [ada, ben] = [await newVisitor(browser), await newVisitor(browser)];
  await Promise.all([ada, ben].map(withAxe));
  bensAccount = newAccount({ firstName: "Ben", lastName: "Reviewer" });
  await signUp(ada, newAccount());
  await signUp(ben, bensAccount);
});
afterAll(async () => {
  if (ref !== undefined && !deleted) {
    // In vain where it is that already.
    await setPolicy(/^Nobody/).catch(() => undefined);
    await deleteInConsole(ada, { ref, name });
  }
  await browser.close();
});
afterEach(() => expect([...ada.faults, ...ben.faults]).toEqual([]));

/** Nothing keeps people out of this page, and it fits its window. */
async function expectSound(visitor: Visitor): Promise<void> {
  expect(await seriousFindings(visitor.page)).toEqual([]);
  expect(await overflow(visitor)).toBeLessThanOrEqual(0);
}

const approval = ({ page }: Visitor) => page.getByRole("region", { name: "Approval" });

async function setPolicy(label: RegExp): Promise<void> {
  const { page } = ada;
  await ada.open("/projects");
  await page.getByRole("button", { name: "Your account" }).click();
  await page.getByRole("menuitem", { name: "Organizations" }).click();
  await page.getByRole("link", { name: /organization/ }).click();
  await page.getByRole("radio", { name: label }).check();
  // The button takes no click while it is busy either, so that it can't be taken for an answer.
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "PATCH"),
    page.getByRole("button", { name: "Save" }).click(),
  ]);
  expect(answer.status()).toBe(200);
  await page.locator("button:disabled", { hasText: "Save" }).waitFor();
}

describe("two people", () => {
  it("share an organization that wants both for every change", async () => {
    await setPolicy(/every change/);
    const { page } = ada;
    await page.getByLabel("Email").fill("nobody@example.org");
    await page.getByRole("button", { name: "Add member" }).click();
    await page.getByText("Ask them to sign in to the dashboard once").waitFor();
    await page.getByLabel("Email").fill(bensAccount.email);
    await page.getByLabel("Role", { exact: true }).selectOption("administrator");
    await page.getByRole("button", { name: "Add member" }).click();
    const members = page.getByRole("list", { name: "Members" });
    await members.getByText(bensAccount.email).waitFor();
    expect(await members.getByRole("listitem").count()).toBe(2);
    await expectSound(ada);
    await picture(ada, "light", "organization-shared");
    const address = new URL(page.url()).pathname;
    await ben.open(address);
    await ben.page.getByText("An owner can change this.").waitFor();
    expect(await ben.page.getByRole("button", { name: "Add member" }).count()).toBe(0);
    expect(await ben.page.getByRole("button", { name: /^Remove/ }).count()).toBe(0);
    expect(await ben.page.getByRole("button", { name: "Leave organization" }).count()).toBe(1);
    await expectSound(ben);
  });

  it("the one who asks sees that another one is needed, and has a link for them", async () => {
    const { page } = ada;
    await page.goto("/projects/new");
    await page.getByLabel("Name").fill(name);
    await page.getByRole("radio", { name: /^Dedicated/ }).check();
    await page.getByRole("button", { name: "Preview" }).click();
    await page.waitForURL(/\/previews\/prv_/);
    await page.getByRole("list", { name: "Changes" }).waitFor();
    await approval(ada).getByText("Waits for a second person").waitFor();
    expect(await page.getByRole("button", { name: "Create project" }).count()).toBe(0);
    expect(await page.getByRole("button", { name: "Approve", exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "Copy link of this preview" }).click();
    link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toBe(page.url());
    await expectSound(ada);
    await picture(ada, "light", "approval-waits");
  });

  it("the other one reads the diff and approves, may take that back, and the first one sees it without a reload", async () => {
    await ben.page.goto(link);
    await settled(ben.page);
    await ben.page.getByRole("list", { name: "Changes" }).waitFor();
    await approval(ben)
      .getByText(/asked for this/)
      .waitFor();
    await expectSound(ben);
    await picture(ben, "light", "approval-asked");
    await ben.page.getByRole("button", { name: "Approve", exact: true }).click();
    await ben.page.getByRole("button", { name: "Withdraw approval" }).click();
    await approval(ben).getByText("Waits for a second person").waitFor();
    await ben.page.getByRole("button", { name: "Approve", exact: true }).click();
    await approval(ben).getByText("Ben Reviewer").waitFor();
    await approval(ada).getByText("Ben Reviewer").waitFor();
    await ada.page.getByRole("button", { name: "Create project" }).waitFor();
    await picture(ada, "light", "approval-given");
    await expectSound(ada);
  });

  it("then it is applied", async () => {
    const { page } = ada;
    await page.getByRole("button", { name: "Create project" }).click();
    await page.waitForURL(/\/operations\/op_/);
    await page.getByText("Succeeded", { exact: true }).waitFor({ timeout: 90_000 });
    await page.getByRole("link", { name: "Open project" }).click();
    await page.waitForURL(/\/projects\/[a-z]{20}$/);
    ref = new URL(page.url()).pathname.split("/").at(-1);
    await ben.open(`/projects/${ref}`);
    await ben.page.getByText(name).first().waitFor();
    await ben.page.getByText("dedicated · micro").first().waitFor();
  });

  it("a repair of it takes them both as well", async () => {
    const { page } = ada;
    const rest = containerOf(ref ?? "", "rest");
    const running = () => docker("inspect", rest, "--format", "{{.State.Running}}");
    await docker("stop", rest);
    await ada.open(`/projects/${ref}/drift`);
    await page.getByRole("button", { name: "Look now" }).click();
    await page.getByText("Drifted", { exact: true }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Repair", exact: true }).click();
    await page.getByText("The organization wants a second person to approve").waitFor();
    await expectSound(ada);
    await picture(ada, "light", "drift-needs-approval");
    await page.getByRole("button", { name: "Preview the repair" }).click();
    await page.waitForURL(/\/previews\/prv_/);
    await approval(ada).getByText("Waits for a second person").waitFor({ timeout: 60_000 });
    const words = await page.getByRole("list", { name: "Changes" }).textContent();
    expect(words).toContain("The REST service does not run: it is started");
    await ben.open(new URL(page.url()).pathname);
    await ben.page.getByRole("button", { name: "Approve", exact: true }).click();
    await approval(ada).getByText("Ben Reviewer").waitFor();
    expect(await running()).toBe("false");
    await throughDiff(ada, "Apply changes", "approved-repair");
    expect(await running()).toBe("true");
  });

  it("its end takes one alone once nobody has to approve", async () => {
    await setPolicy(/^Nobody/);
    await deleteInConsole(ada, { ref: ref ?? "", name });
    deleted = true;
  });

  it("who is removed sees nothing of it any more", async () => {
    const { page } = ada;
    await setPolicy(/what loses data/);
    await page.getByRole("button", { name: /^Remove Ben/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText(bensAccount.email).waitFor({ state: "detached" });
    await ben.open(new URL(page.url()).pathname);
    await ben.page.getByText("There is no such organization").waitFor();
  });
});

describe("an organization is left", () => {
  const leave = (visitor: Visitor) => visitor.page.getByRole("button", { name: "Leave organization" });
  const dialog = (visitor: Visitor) => visitor.page.getByRole("dialog");

  it("by its last owner not: the reason is said where it was asked", async () => {
    const { page } = ada;
    await setPolicy(/^Nobody/);
    await leave(ada).click();
    await dialog(ada).getByRole("button", { name: "Leave" }).click();
    await dialog(ada).getByRole("alert").getByText("last_owner").waitFor();
    await expectSound(ada);
    await dialog(ada).getByRole("button", { name: "Stay" }).click();
    await dialog(ada).waitFor({ state: "detached" });
    expect(await page.getByRole("list", { name: "Members" }).getByRole("listitem").count()).toBe(1);
  });

  it("by a member, who is back at their own ones", async () => {
    const { page } = ada;
    await page.getByLabel("Email").fill(bensAccount.email);
    await page.getByRole("button", { name: "Add member" }).click();
    await page.getByRole("list", { name: "Members" }).getByText(bensAccount.email).waitFor();
    const address = new URL(page.url()).pathname;
    await ben.open(address);
    await leave(ben).click();
    await dialog(ben).getByText("Your access to its projects ends at once").waitFor();
    await dialog(ben).getByRole("button", { name: "Leave" }).click();
    await ben.page.waitForURL(/\/organizations$/);
    await ben.page.locator(`a[href="${address}"]`).waitFor({ state: "detached" });
    await expectSound(ben);
    await ben.open(address);
    await ben.page.getByText("There is no such organization").waitFor();
  });
});
