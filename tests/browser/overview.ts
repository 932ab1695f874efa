import type { Visitor } from "../harness/browser.ts";

/** The anon key as a project's overview shows it. */
export async function shownAnonKey({ open, page }: Visitor, ref: string): Promise<string> {
  await open(`/projects/${ref}`);
  const key = page.getByTestId("key-anon");
  await key.getByText(/^eyJ/).waitFor();
  return (await key.textContent()) ?? "";
}

/** The connection string that the button of a project's overview copies, with its password. */
export async function copiedConnection({ open, page }: Visitor, ref: string): Promise<string> {
  await open(`/projects/${ref}`);
  await page.getByTestId("connection-string").getByText("postgresql://").waitFor();
  await page.getByRole("button", { name: "Copy Connection string" }).click();
  await page.getByText("Copied").waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}
