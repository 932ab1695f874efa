import { DATASOURCE_UID } from "./dashboard.ts";
import { buildDashboards } from "./index.ts";

const PROVISIONING = "/etc/grafana/provisioning";
const DASHBOARDS = "/etc/grafana/dashboards";

/** Files that give a Grafana its data source and dashboards at start; JSON, which is YAML too. */
export function dashboardFiles(prometheusUrl: string): { readonly path: string; readonly content: string }[] {
  const datasources = {
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        uid: DATASOURCE_UID,
        type: "prometheus",
        access: "proxy",
        url: prometheusUrl,
        isDefault: true,
        editable: false,
        jsonData: { timeInterval: "15s" },
      },
    ],
  };
  const providers = {
    apiVersion: 1,
    providers: [
      { name: "supalove", folder: "Supalove", type: "file", allowUiUpdates: false, options: { path: DASHBOARDS } },
    ],
  };
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  return [
    { path: `${PROVISIONING}/datasources/supalove.yaml`, content: json(datasources) },
    { path: `${PROVISIONING}/dashboards/supalove.yaml`, content: json(providers) },
    ...[...buildDashboards()].map(([name, content]) => ({ path: `${DASHBOARDS}/${name}`, content })),
  ];
}
