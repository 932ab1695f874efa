import { CatalogueEntry } from "@supalove/contracts";
import type { CliContext } from "../../context.ts";

/** Adding a version may pull its image on every server. */
const PATIENCE_MS = 900_000;

/** Asks the runner about the catalogue, or has it changed: it alone reaches the servers. @throws CliError */
export async function askCatalogue(context: CliContext, command: readonly string[]): Promise<unknown> {
  const { runInside } = await import("../../http/mintToken.ts");
  const program = {
    service: "runner",
    file: "catalogue.js",
    timeoutMs: PATIENCE_MS,
    nextStep: "supalove images list shows the versions that there are",
  } as const;
  return JSON.parse(await runInside(context, program, command));
}

/** The same for what answers with the entry that was changed. @throws CliError */
export const changeCatalogue = async (context: CliContext, command: readonly string[]): Promise<CatalogueEntry> =>
  CatalogueEntry.parse(await askCatalogue(context, command));
