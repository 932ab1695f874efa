import type { ExtraRoute, OptionalService, PostgresSettingName } from "@supalove/contracts";
import type { ProjectStack } from "@supalove/contracts/api/index.ts";
import { isOptional } from "./services.ts";

export interface SettingRow {
  readonly name: PostgresSettingName;
  readonly value: string;
}

/** A route with a number that stays while others come and go. */
export interface RouteRow extends ExtraRoute {
  readonly row: number;
}

/** What is wished of a dedicated project's stack, as the settings page holds it. */
export interface StackWish {
  readonly services: readonly OptionalService[];
  readonly settings: readonly SettingRow[];
  readonly routes: readonly RouteRow[];
  readonly published: boolean;
}

/** The wish for everything to stay as it is. */
export function wishAsIs({ services, postgres_settings, routes, publish_database }: ProjectStack): StackWish {
  return {
    services: services.filter(isOptional),
    settings: (Object.entries(postgres_settings) as [PostgresSettingName, string][]).map(([name, value]) => ({
      name,
      value,
    })),
    routes: routes.map((route, row) => ({ ...route, row })),
    published: publish_database,
  };
}

/** Settings by name, so that their order does not count as a change. */
const settingsOf = (rows: readonly SettingRow[]) =>
  Object.fromEntries(rows.map(({ name, value }) => [name, value.trim()] as const).sort(([a], [b]) => (a < b ? -1 : 1)));

const routesOf = (rows: readonly RouteRow[]): ExtraRoute[] =>
  rows.map(({ path, target, auth, strip_path }) => ({ path: path.trim(), target: target.trim(), auth, strip_path }));

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Only what differs, as a preview takes it. */
export function changedStack(stack: ProjectStack, wish: StackWish): Readonly<Record<string, unknown>> {
  const before = wishAsIs(stack);
  const settings = settingsOf(wish.settings);
  const routes = routesOf(wish.routes);
  return {
    ...(same([...wish.services].sort(), [...before.services].sort()) ? {} : { services: ["db", ...wish.services] }),
    ...(same(settings, settingsOf(before.settings)) ? {} : { postgres_settings: settings }),
    ...(same(routes, routesOf(before.routes)) ? {} : { routes }),
    ...(wish.published === before.published ? {} : { publish_database: wish.published }),
  };
}
