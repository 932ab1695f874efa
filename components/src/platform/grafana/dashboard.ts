/** Id of the Prometheus data source in Grafana. */
export const DATASOURCE_UID = "supalove-prometheus";

export interface Query {
  readonly expr: string;
  /** Name of each line, with labels in double braces. */
  readonly legend: string;
}

/** Grafana's names of the units in use. */
export type Unit = "short" | "s" | "bytes" | "reqps" | "ops" | "percentunit" | "none" | "Bps";

export interface Panel {
  readonly title: string;
  /** What to read from it, and when to worry. */
  readonly description: string;
  readonly kind: "timeseries" | "stat";
  readonly unit: Unit;
  readonly queries: readonly Query[];
}

export interface DashboardDefinition {
  /** File name and Grafana's id of it. */
  readonly name: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

const COLUMNS = 24;
const PANEL = { timeseries: { w: 8, h: 8 }, stat: { w: 4, h: 4 } } as const;

/** A dashboard as Grafana reads it from a file. Panels flow from left to right in the order given. */
export function buildDashboard({ name, title, panels }: DashboardDefinition) {
  const places = placePanels(panels);
  return {
    uid: `supalove-${name}`,
    title: `Supalove: ${title}`,
    tags: ["supalove"],
    timezone: "browser",
    schemaVersion: 39,
    version: 1,
    editable: false,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    panels: panels.map((panel, index) => ({
      id: index + 1,
      type: panel.kind,
      title: panel.title,
      description: panel.description,
      gridPos: places[index],
      datasource: { type: "prometheus", uid: DATASOURCE_UID },
      fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
      options:
        panel.kind === "timeseries"
          ? { tooltip: { mode: "multi", sort: "desc" } }
          : { reduceOptions: { calcs: ["lastNotNull"] } },
      targets: panel.queries.map(({ expr, legend }, at) => ({
        refId: String.fromCharCode(65 + at),
        datasource: { type: "prometheus", uid: DATASOURCE_UID },
        expr,
        legendFormat: legend,
      })),
    })),
  };
}

function placePanels(panels: readonly Panel[]) {
  let [x, y, rowHeight] = [0, 0, 0];
  return panels.map(({ kind }) => {
    const { w, h } = PANEL[kind];
    if (x + w > COLUMNS) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const place = { x, y, w, h };
    x += w;
    rowHeight = Math.max(rowHeight, h);
    return place;
  });
}

/** A graph of one or more queries. */
export function graph(title: string, unit: Unit, description: string, ...queries: readonly Query[]): Panel {
  return { title, unit, description, kind: "timeseries", queries };
}

/** One number. */
export function stat(title: string, unit: Unit, description: string, expr: string): Panel {
  return { title, unit, description, kind: "stat", queries: [{ expr, legend: "" }] };
}

export const query = (legend: string, expr: string): Query => ({ legend, expr });

/** Three quantiles of a histogram over five minutes; `by` names a label that is kept. */
export function quantiles(histogram: string, by?: string): readonly Query[] {
  const kept = by === undefined ? "le" : `le, ${by}`;
  const prefix = by === undefined ? "" : `{{${by}}} `;
  return [0.5, 0.95, 0.99].map((q) =>
    query(`${prefix}p${q * 100}`, `histogram_quantile(${q}, sum by (${kept}) (rate(${histogram}_bucket[5m])))`),
  );
}
