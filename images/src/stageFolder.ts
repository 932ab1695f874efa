import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { BuildContext } from "./definition.ts";

/** Copies a definition's folder into the Docker context, without the definition itself. */
export async function stageFolder(context: BuildContext): Promise<void> {
  const names = await readdir(context.folder);
  const content = names.filter((name) => !name.endsWith(".ts") && !name.endsWith(".md"));
  await Promise.all(
    content.map((name) => cp(join(context.folder, name), join(context.stage, name), { recursive: true })),
  );
}
