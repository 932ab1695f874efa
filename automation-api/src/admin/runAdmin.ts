import { parseArgs } from "node:util";
import { DisplayName, MAX_TOKEN_TTL } from "@supalove/contracts/api/index.ts";
import { accessTokenView } from "../accessTokens/accessTokenView.ts";
import { insertAccessToken } from "../accessTokens/insertAccessToken.ts";
import type { Database } from "../database/client.ts";
import { LOCAL_ADMIN } from "../database/seedInstance.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { queueRepairs } from "./queueRepairs.ts";
import { repairStates } from "./repairStates.ts";

/** The command line is wrong, or what it asks for is not there; the message says what to do. */
export class AdminUsageError extends Error {
  override readonly name = "AdminUsageError";
}

const USAGE =
  "usage: admin token [--ttl 24h] [--name TEXT] | tokens | revoke ID | repair-projects | repair-states [--ended N] ID...";

/** How many operands each command takes, at least and at most. */
const OPERANDS: Readonly<Record<string, readonly [number, number]>> = {
  token: [0, 0],
  tokens: [0, 0],
  revoke: [1, 1],
  "repair-projects": [0, 0],
  "repair-states": [1, Number.MAX_SAFE_INTEGER],
};

/** How long `repair-states` waits for news. */
const NEWS_WITHIN_MS = 15_000;

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Reads a life time such as `90s`, `30m`, `24h`, `7d`; in seconds. @throws AdminUsageError */
export function parseTtl(text: string): number {
  const match = /^([1-9]\d{0,8})([smhd])$/.exec(text);
  const seconds = match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : 0;
  if (seconds < 60 || seconds > MAX_TOKEN_TTL) {
    throw new AdminUsageError(`--ttl ${text}: give a number and s, m, h or d, from 60s to 3650d, such as 24h`);
  }
  return seconds;
}

/** Runs one command of the local admin and yields its output; a new token is the last line. */
export async function* runAdmin(database: Database, argv: readonly string[]): AsyncGenerator<string> {
  const { command, ids, ttl, name, ended } = readArguments(argv);
  const [id = ""] = ids;
  const admin = await database.user.findUnique({ where: { id: LOCAL_ADMIN } });
  if (admin === null) throw new AdminUsageError("the platform is still starting; try again in a moment");
  if (command === "token") {
    const { row, token } = await insertAccessToken(database, LOCAL_ADMIN, name, ttl);
    await audit(database, "createAccessToken", { token_id: row.id });
    yield token;
  } else if (command === "tokens") {
    const rows = await database.personalAccessToken.findMany({
      where: { userId: LOCAL_ADMIN, revokedAt: null },
      orderBy: { createdAt: "desc" },
    });
    yield JSON.stringify(rows.map(accessTokenView));
  } else if (command === "repair-projects") {
    const repairs = await queueRepairs(database);
    await audit(database, "repairProjects", { operation_ids: repairs.flatMap((each) => each.operation_id ?? []) });
    yield JSON.stringify(repairs);
  } else if (command === "repair-states") {
    yield JSON.stringify(await repairStates(database, ids, ended, NEWS_WITHIN_MS));
  } else {
    const { count } = await database.personalAccessToken.updateMany({
      where: { id, userId: LOCAL_ADMIN, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0) throw new AdminUsageError(`no token ${id}; \`tokens\` lists them`);
    await audit(database, "revokeAccessToken", { token_id: id });
    yield `revoked ${id}`;
  }
}

function readArguments(argv: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ttl: { type: "string", default: "24h" },
        name: { type: "string", default: "command line" },
        ended: { type: "string", default: "0" },
      },
    });
    const [command = "", ...ids] = positionals;
    const [least, most] = OPERANDS[command] ?? [1, 0];
    const ended = Number(values.ended);
    const fits = ids.length >= least && ids.length <= most && !ids.includes("") && Number.isSafeInteger(ended);
    if (!fits) throw new AdminUsageError(USAGE);
    const name = DisplayName.safeParse(values.name);
    if (!name.success) throw new AdminUsageError(`--name ${name.error.issues[0]?.message}`);
    return { command, ids, ttl: parseTtl(values.ttl), name: name.data, ended };
  } catch (error) {
    if (error instanceof AdminUsageError) throw error;
    throw new AdminUsageError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

const audit = (database: Database, operation: string, details: Prisma.InputJsonObject) =>
  database.auditEntry.create({ data: { actor: "local admin", actorId: LOCAL_ADMIN, operation, details } });
