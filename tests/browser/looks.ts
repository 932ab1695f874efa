import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions } from "playwright-core";
import type { Visitor } from "../harness/browser.ts";

/** Folder for a picture of each page; none by default. */
const PICTURES = process.env["SUPALOVE_SCREENSHOTS"];

/** Windows that each page is looked at in. */
export const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: "light", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
};

/** How far a page is wider than its window; people should never have to scroll sideways. */
export const overflow = ({ page }: Visitor) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Takes a picture of the page, where pictures are wanted. */
export async function picture({ page }: Visitor, look: string, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(PICTURES, `${name}-${look}.png`), fullPage: true });
}
