import {
  type OptionalService,
  type PostgresSettingName,
  postgresSettingAmount,
  postgresSettingFault,
  type Size,
  type StackSettings,
} from "@supalove/contracts";
import { planSize, type SizePlan } from "./planSize.ts";

/** A setting that Postgres could not run with, or not on this size. */
export interface SettingsFault {
  readonly name: PostgresSettingName;
  /** E.g. "may be 384MB at most on the size micro: …". */
  readonly message: string;
}

const KIB = 1024;
const MIB = 1024 ** 2;

/** Of the container's memory; beside these there are the sessions themselves and what the system keeps of files. */
const SHARES: Readonly<Partial<Record<PostgresSettingName, { readonly share: number; readonly words: string }>>> = {
  shared_buffers: { share: 1 / 2, words: "half" },
  // Each sort of each session may take it.
  work_mem: { share: 1 / 4, words: "a quarter" },
  maintenance_work_mem: { share: 1 / 4, words: "a quarter" },
  logical_decoding_work_mem: { share: 1 / 4, words: "a quarter" },
};

/** What Postgres's tables of connections, locks and the like may take of it. */
const TABLES_SHARE = 1 / 8;

/** Postgres's own values of what {@link planSize} leaves to it, as far as its tables follow from them. */
const POSTGRES_OWN: Readonly<Partial<Record<PostgresSettingName, string>>> = {
  max_locks_per_transaction: "64",
  max_worker_processes: "8",
  max_wal_senders: "10",
  max_replication_slots: "10",
  track_activity_query_size: "1kB",
};
const TABLE_SETTINGS = [...(Object.keys(POSTGRES_OWN) as PostgresSettingName[]), "max_connections"] as const;

/** Connections that are needed whatever the project's apps do. */
const NEEDS = {
  /** Postgres keeps them for superusers, of which the platform is the only one. */
  superuser: 3,
  /** The SQL editor, backups and looks for drift. */
  platform: 10,
  meta: 5,
  /** PostgREST listens for changes of the schema by one more than its pool has. */
  restListens: 1,
} as const;

type Settings = Readonly<Record<string, string>>;

const amountOf = (settings: Settings, name: PostgresSettingName) =>
  postgresSettingAmount(name, settings[name] ?? POSTGRES_OWN[name] ?? "") ?? 0;

/**
 * Shared memory that Postgres 15 takes when it starts, beside its buffers, in bytes. Measured: a service test compares it with
 * what Postgres says itself.
 */
export function tableBytes(settings: Settings): number {
  const of = (name: PostgresSettingName) => amountOf(settings, name);
  // Workers of autovacuum and its launcher.
  const processes = of("max_connections") + of("max_worker_processes") + of("max_wal_senders") + 4;
  const each = 24 * KIB + of("track_activity_query_size") + 400 * of("max_locks_per_transaction");
  return 7 * MIB + processes * each + 400 * of("max_replication_slots") + 0.04 * of("shared_buffers");
}

const mebibytes = (bytes: number) => `${Math.floor(bytes / MIB)}MB`;
const OR_LARGER = "or choose a larger size";

/**
 * What of a dedicated project's own settings its Postgres could not run with on a size: no value that Postgres takes, more
 * memory than its container has, or too few connections for the project's services.
 */
export function settingsFaults(
  size: Size,
  { postgresSettings: custom, services }: Pick<StackSettings, "postgresSettings" | "services">,
): SettingsFault[] {
  const given = Object.entries(custom) as [PostgresSettingName, string][];
  const wrong = given.flatMap(([name, value]) => {
    const message = postgresSettingFault(name, value);
    return message === undefined ? [] : [{ name, message }];
  });
  // What is no value can't be counted with.
  if (wrong.length > 0) return wrong;
  const plan = planSize(size, custom);
  const memory = plan.db.memoryMebibytes * MIB;
  const faults = given.flatMap(([name]): SettingsFault[] => {
    const most = SHARES[name];
    if (most === undefined || amountOf(plan.postgres, name) <= memory * most.share) return [];
    const limit = `${mebibytes(memory * most.share)} at most on the size ${size}`;
    return [{ name, message: `may be ${limit}, ${most.words} of its Postgres's memory: lower it, ${OR_LARGER}` }];
  });
  return [...faults, ...tooFewConnections(size, plan, services), ...tablesTooLarge(size, custom, memory)];
}

function tooFewConnections(size: Size, plan: SizePlan, services: readonly OptionalService[]): SettingsFault[] {
  const rest = services.includes("rest") ? plan.restPool + NEEDS.restListens : 0;
  const needed = NEEDS.superuser + NEEDS.platform + rest + (services.includes("meta") ? NEEDS.meta : 0);
  if (amountOf(plan.postgres, "max_connections") >= needed) return [];
  const message = `must be at least ${needed} on the size ${size}: that many the project's services and the platform need`;
  return [{ name: "max_connections", message }];
}

/** Blames the setting that takes most of what is too much. */
function tablesTooLarge(size: Size, custom: StackSettings["postgresSettings"], memory: number): SettingsFault[] {
  const most = memory * TABLES_SHARE;
  const bytes = (settings: StackSettings["postgresSettings"]) =>
    tableBytes({ ...planSize(size, settings).postgres, shared_buffers: "0" });
  const all = bytes(custom);
  if (all <= most) return [];
  const [worst] = TABLE_SETTINGS.filter((name) => custom[name] !== undefined)
    .map((name) => ({ name, without: bytes(Object.fromEntries(Object.entries(custom).filter(([n]) => n !== name))) }))
    .sort((a, b) => a.without - b.without);
  if (worst === undefined) return [];
  const takes = `makes Postgres take ${mebibytes(all)} for connections and locks at its start`;
  return [
    { name: worst.name, message: `${takes}, and the size ${size} has ${mebibytes(most)}: lower it, ${OR_LARGER}` },
  ];
}
