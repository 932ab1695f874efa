import { parseArgs } from "node:util";
import {
  type CatalogueEntry,
  ImageNote,
  ImageReference,
  ImageVersion,
  type StackImages,
  StackService,
} from "@supalove/contracts";
import { LOCAL_ADMIN } from "../database/seedInstance.ts";
import type { StackImage } from "../generated/prisma/client.ts";
import { addVersion } from "./addVersion.ts";
import { type CatalogueParts, CatalogueRefusal } from "./catalogueRefusal.ts";

const USAGE = "usage: catalogue list | add SERVICE VERSION REFERENCE [--note TEXT] | withdraw SERVICE VERSION";

/** How many operands each command takes. */
const OPERANDS: Readonly<Record<string, number>> = { list: 0, add: 3, withdraw: 2 };

/**
 * Runs one command about the catalogue of images; gives the catalogue, or the entry that was changed, as JSON.
 * @throws CatalogueRefusal
 */
export async function manageCatalogue(parts: CatalogueParts, argv: readonly string[]): Promise<string> {
  const { command, operands, note } = readArguments(argv);
  if (command === "list") {
    const rows = await parts.database.stackImage.findMany({ orderBy: [{ service: "asc" }, { addedAt: "desc" }] });
    return JSON.stringify(rows.map((row) => entryOf(row, parts.release)));
  }
  const [first, second, third] = operands;
  const service = read("service", StackService, first);
  const version = read("version", ImageVersion, second);
  if (command === "withdraw") return JSON.stringify(entryOf(await withdraw(parts, service, version), parts.release));
  const wanted = { service, version, reference: read("reference", ImageReference, third), note };
  return JSON.stringify(entryOf(await addVersion(parts, wanted), parts.release));
}

/** What runs goes on; nothing is brought to it any more. */
async function withdraw(
  { database, release }: CatalogueParts,
  service: StackService,
  version: string,
): Promise<StackImage> {
  const key = { service_version: { service, version } };
  const row = await database.stackImage.findUnique({ where: key });
  if (row === null) throw new CatalogueRefusal(`there is no version ${version} of ${service}; \`list\` shows them`);
  if (release?.[service] === row.reference) {
    throw new CatalogueRefusal(
      `${version} of ${service} is what this release brings: new projects run it, so it can't be withdrawn`,
    );
  }
  const [withdrawn] = await database.$transaction([
    database.stackImage.update({ where: key, data: { withdrawnAt: row.withdrawnAt ?? new Date() } }),
    database.auditEntry.create({
      data: {
        actor: "local admin",
        actorId: LOCAL_ADMIN,
        operation: "withdrawVersion",
        details: { service, version, reference: row.reference },
      },
    }),
  ]);
  return withdrawn;
}

/** An entry as the command line is told of it. */
export const entryOf = (row: StackImage, release: StackImages | undefined): CatalogueEntry => ({
  service: StackService.parse(row.service),
  version: row.version,
  reference: row.reference,
  note: row.note,
  release: release?.[StackService.parse(row.service)] === row.reference,
  added_at: row.addedAt.toISOString(),
  withdrawn_at: row.withdrawnAt?.toISOString() ?? null,
});

interface Reads<T> {
  safeParse(text: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

function read<T>(what: string, schema: Reads<T>, text: string | undefined): T {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const rules: Readonly<Record<string, string>> = {
    service: `one of ${StackService.options.join(", ")}`,
    version: "letters, digits, '.', '_', '+' and '-', 64 at most",
    reference: "name:tag or name@sha256:digest, with the registry in front where it is not the default one",
  };
  throw new CatalogueRefusal(`the ${what} can't be ${JSON.stringify(text?.slice(0, 80))}: it is ${rules[what]}`);
}

function readArguments(argv: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { note: { type: "string", default: "" } },
    });
    const [command = "", ...operands] = positionals;
    if (OPERANDS[command] !== operands.length) throw new CatalogueRefusal(USAGE);
    const note = ImageNote.safeParse(values.note);
    if (!note.success) throw new CatalogueRefusal(`--note ${note.error.issues[0]?.message}`);
    return { command, operands, note: note.data };
  } catch (error) {
    if (error instanceof CatalogueRefusal) throw error;
    throw new CatalogueRefusal(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}
