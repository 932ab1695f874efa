import { randomBytes } from "node:crypto";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import axe from "axe-core";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { platform } from "./platform.ts";
import { sleepUntil } from "./sleepUntil.ts";

/*
 * The dashboard as a person has it: a real browser, with a fresh profile each time. Nothing here imports from the application.
 */

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function findBrowser(): Promise<string> {
  const places = (process.env["PATH"] ?? "").split(delimiter).flatMap((dir) => NAMES.map((name) => join(dir, name)));
  for (const file of places) {
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  throw new Error("no Chromium: ./supalove test installs it, or apt-get install chromium");
}

/** Starts a browser of its own. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findBrowser(), headless: true, args: FLAGS });
}

/** A person's browser window, and what went wrong in it. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Breaches of the content security policy, and errors that no code caught. */
  readonly faults: readonly string[];
  /** Opens a page of the dashboard and waits until it has what it shows. */
  open(path: string): Promise<void>;
}

/** A new person: no cookies, nothing kept. */
export async function newVisitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const { urls } = await platform();
  const context = await browser.newContext({ baseURL: urls.dashboard, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: urls.dashboard });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  return {
    context,
    page,
    faults,
    async open(path) {
      await page.goto(path);
      await settled(page);
    },
  };
}

/** Waits until a page has loaded what it shows. */
export async function settled(page: Page): Promise<void> {
  await page.locator("h1, [role=alert], main").first().waitFor();
  const loading = page.locator('[role="status"][aria-label^="Loading"]');
  await sleepUntil("the page to have loaded", async () => (await loading.count()) === 0 || undefined);
}

/** Has each page of a person's window ready for {@link seriousFindings}; scripts of the page itself may not do that. */
export const withAxe = ({ context }: Visitor) => context.addInitScript({ content: axe.source });

export interface Account {
  readonly username: string;
  readonly password: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** Somebody who has no account yet. */
export function newAccount(fields: Partial<Account> = {}): Account {
  const id = randomBytes(5).toString("hex");
  return {
    username: `person-${id}`,
    password: randomBytes(12).toString("base64url"),
    email: `person-${id}@example.org`,
    firstName: "Ada",
    lastName: "Byron",
    ...fields,
  };
}

/** Makes an account through the sign-up form, and ends up in the console. */
export async function signUp({ page }: Visitor, account: Account): Promise<void> {
  await page.goto("/");
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.locator("#username").fill(account.username);
  await page.locator("#password").fill(account.password);
  await page.locator("#password-confirm").fill(account.password);
  await page.locator("#email").fill(account.email);
  await page.locator("#firstName").fill(account.firstName);
  await page.locator("#lastName").fill(account.lastName);
  await page.locator("#kc-register-form [type=submit]").click();
  await page.waitForURL("**/projects");
  await settled(page);
}

/** Signs in through the form of the identity provider, which the browser is at. */
export async function fillSignIn({ page }: Visitor, { username, password }: Account): Promise<void> {
  await page.locator("#username").fill(username);
  await page.locator("#password").fill(password);
  await page.locator("#kc-login").click();
}

/** What axe finds that keeps people out, in words. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    }),
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(" | ")}`,
    );
}
