import { quoteName, quoteText } from "../postgres.ts";
import { addedMemberships, addedPowers, addedRights, addedSettings, changedSettings } from "./addedByHand.ts";
import type { DatabaseFacts } from "./databaseFacts.ts";
import type { ReservedPower } from "./layout.ts";

const WITHOUT: Readonly<Record<ReservedPower, string>> = {
  superuser: "nosuperuser",
  replication: "noreplication",
  bypassRls: "nobypassrls",
};
/** Settings whose value is a list, which is written without quotes around it; its stored text is one. */
const LISTS: readonly string[] = ["search_path"];

/** Statements that take back what was added by hand and set known settings again, for the transaction of `databaseSql`. */
export function takeBackSql(facts: DatabaseFacts): string[] {
  const inDatabase = (role: string, name: string) =>
    `do $$ begin execute pg_catalog.format(${quoteText(
      `alter role ${quoteName(role)} in database %I reset ${settingName(name)}`,
    )}, pg_catalog.current_database()); end $$`;
  return [
    ...addedPowers(facts).map(([role, power]) => `alter role ${quoteName(role)} ${WITHOUT[power]}`),
    ...addedMemberships(facts).map(([group, role]) => `revoke ${quoteName(group)} from ${quoteName(role)}`),
    ...addedRights(facts).map(
      ([schema, role, right]) =>
        `revoke ${right.toLowerCase()} on schema ${quoteName(schema)} from ${role === "" ? "public" : quoteName(role)} cascade`,
    ),
    ...addedSettings(facts).map(({ role, name, inDatabase: here }) =>
      here ? inDatabase(role, name) : `alter role ${quoteName(role)} reset ${settingName(name)}`,
    ),
    ...changedSettings(facts).map(({ role, name, wished }) => {
      if (wished === undefined) return inDatabase(role, name);
      const value = LISTS.includes(name) ? wished : quoteText(wished);
      return `alter role ${quoteName(role)} set ${settingName(name)} = ${value}`;
    }),
  ];
}

/** A setting's name, which may have two parts, as SQL. */
const settingName = (name: string) => name.split(".").map(quoteName).join(".");
