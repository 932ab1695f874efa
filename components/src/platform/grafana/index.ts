import { apiDashboard } from "./apiDashboard.ts";
import { buildDashboard, type DashboardDefinition } from "./dashboard.ts";
import { gatewayDashboard } from "./gatewayDashboard.ts";
import { identityDashboard } from "./identityDashboard.ts";
import { platformDashboard } from "./platformDashboard.ts";
import { postgresDashboard } from "./postgresDashboard.ts";

const DASHBOARDS: readonly DashboardDefinition[] = [
  platformDashboard,
  apiDashboard,
  gatewayDashboard,
  postgresDashboard,
  identityDashboard,
];

/** Each dashboard's file name and text, as committed under `dashboards/`. */
export function buildDashboards(): ReadonlyMap<string, string> {
  return new Map(
    DASHBOARDS.map((definition) => [
      `${definition.name}.json`,
      `${JSON.stringify(buildDashboard(definition), null, 2)}\n`,
    ]),
  );
}

/** Every query of every panel, for tests against a running Prometheus. */
export function dashboardQueries(): readonly {
  readonly dashboard: string;
  readonly panel: string;
  readonly expr: string;
}[] {
  return DASHBOARDS.flatMap(({ name, panels }) =>
    panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ dashboard: name, panel: title, expr }))),
  );
}
