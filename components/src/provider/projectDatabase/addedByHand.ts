import type { DatabaseFacts, SettingFact } from "./databaseFacts.ts";
import {
  DEDICATED_MEMBERSHIPS,
  DEDICATED_ROLES,
  DEDICATED_SETTINGS,
  OTHER_MEMBERSHIPS,
  OTHER_ROLES,
  RESERVED_GROUPS,
  RESERVED_POWERS,
  type ReservedPower,
  type SchemaRight,
  SERVICE_RIGHTS,
} from "./layout.ts";

/*
 * What there is too much of in a database. The tenant's login `postgres` may create roles, and up to version 15 whoever may do
 * that may put roles of its own into almost any group and set what their sessions begin with: that is its people's own will,
 * and none of it is told here. Told is what it can't do by itself, and what changes the roles that the platform's own services
 * work as.
 */

const SEVEN = DEDICATED_ROLES.map(({ name }) => name);
const PLATFORM_ROLES: ReadonlySet<string> = new Set([...SEVEN, ...Object.keys(OTHER_ROLES)]);
/** A pair or a triple of names as one text, for sets. */
const keyOf = (names: readonly string[]) => JSON.stringify(names);
const GIVEN_MEMBERSHIPS = new Set([...DEDICATED_MEMBERSHIPS, ...OTHER_MEMBERSHIPS].map(keyOf));
const GIVEN_RIGHTS = new Set(SERVICE_RIGHTS.map(keyOf));

/** Memberships that nobody but a superuser gives, and those of the platform's roles in groups that are not the tenant's. */
export function addedMemberships({ memberships }: DatabaseFacts): (readonly [group: string, member: string])[] {
  return memberships.filter(([group, member]) => {
    if (RESERVED_GROUPS.includes(group)) return true;
    // What the tenant's own login is in is for it to say.
    if (member === "postgres" || !PLATFORM_ROLES.has(member)) return false;
    const platformGroup = PLATFORM_ROLES.has(group) || group.startsWith("pg_");
    return platformGroup && !GIVEN_MEMBERSHIPS.has(keyOf([group, member]));
  });
}

/** Roles that got a power of superusers. The seven are compared whole, elsewhere. */
export function addedPowers({ powers, generous }: DatabaseFacts): (readonly [role: string, power: ReservedPower])[] {
  return Object.entries(powers).flatMap(([role, has]) => {
    if (SEVEN.includes(role)) return [];
    const may = Object.hasOwn(OTHER_ROLES, role) ? OTHER_ROLES[role] : undefined;
    const tenants = may === undefined && generous;
    return RESERVED_POWERS.filter((power) => has[power] && !may?.includes(power))
      .filter((power) => power === "superuser" || !tenants)
      .map((power) => [role, power] as const);
  });
}

/** Rights on the services' schemas that the images don't give. */
export const addedRights = ({ rights }: DatabaseFacts): SchemaRight[] =>
  rights.filter((right) => !GIVEN_RIGHTS.has(keyOf(right)));

/** Settings of the platform's roles beside the known ones, which its people could not have set. Others are their wish. */
export const addedSettings = ({ settings, generous }: DatabaseFacts): SettingFact[] =>
  generous ? [] : settings.filter(({ role, name, reserved }) => reserved && !isKnown(role, name));

const isKnown = (role: string, name: string) => Object.hasOwn(DEDICATED_SETTINGS[role] ?? {}, name);

export interface ChangedSetting {
  readonly role: string;
  readonly name: string;
  /** undefined: the role has none. */
  readonly found: string | undefined;
  /** undefined: it should not be there, as it stands before the role's own. */
  readonly wished: string | undefined;
}

/** Known settings that are not as they should be. */
export function changedSettings({ roles, settings }: DatabaseFacts): ChangedSetting[] {
  const own = Object.entries(DEDICATED_SETTINGS).flatMap(([role, wishes]) =>
    Object.entries(wishes).flatMap(([name, texts]): ChangedSetting[] => {
      const found = settings.find((fact) => fact.role === role && fact.name === name && !fact.inDatabase)?.value;
      return found !== undefined && texts.includes(found) ? [] : [{ role, name, found, wished: texts[0] }];
    }),
  );
  const inDatabase = settings
    .filter(({ role, name, inDatabase }) => inDatabase && isKnown(role, name))
    .map(({ role, name, value }) => ({ role, name, found: value, wished: undefined }));
  // Of a role that is gone, that is all there is to say.
  const gone = (role: string) => SEVEN.includes(role) && roles[role] === undefined;
  return [...own.filter(({ role }) => !gone(role)), ...inDatabase];
}
