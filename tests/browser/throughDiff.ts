import type { Visitor } from "../harness/browser.ts";
import { picture } from "./looks.ts";

/**
 * Applies the preview that an act has led to, and watches it to its good end.
 * @param button that applies it
 * @param name of a picture of the diff
 * @returns what the diff says
 */
export async function throughDiff(visitor: Visitor, button: string, name: string): Promise<string> {
  const { page } = visitor;
  await page.waitForURL(/\/previews\/prv_/);
  const diff = page.getByRole("list", { name: "Changes" });
  await diff.waitFor({ timeout: 60_000 });
  const words = (await diff.textContent()) ?? "";
  await picture(visitor, "light", `preview-${name}`);
  await page.getByRole("button", { name: button }).click();
  await page.waitForURL(/\/operations\/op_/);
  await page.getByText("Succeeded", { exact: true }).waitFor({ timeout: 90_000 });
  return words;
}
