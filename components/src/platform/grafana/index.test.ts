import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { POSTGRES_METRICS } from "../prometheus/buildPostgresQueries.ts";
import { DATASOURCE_UID } from "./dashboard.ts";
import { dashboardFiles } from "./dashboardFiles.ts";
import { buildDashboards, dashboardQueries } from "./index.ts";

const folder = join(import.meta.dirname, "dashboards");

describe("dashboards", () => {
  it("are committed as they are built (else: node components/src/platform/grafana/writeDashboards.ts)", async () => {
    const built = buildDashboards();
    expect((await readdir(folder)).sort()).toEqual([...built.keys()].sort());
    for (const [name, text] of built) {
      const committed: unknown = JSON.parse(await readFile(join(folder, name), "utf8"));
      expect(committed, name).toEqual(JSON.parse(text));
    }
  });

  it("place panels beside and below one another", () => {
    for (const [name, text] of buildDashboards()) {
      const { panels } = JSON.parse(text) as { panels: { gridPos: { x: number; y: number; w: number; h: number } }[] };
      const taken = new Set<string>();
      for (const { gridPos } of panels) {
        expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            expect(taken.has(`${x},${y}`), `${name} at ${x},${y}`).toBe(false);
            taken.add(`${x},${y}`);
          }
        }
      }
    }
  });

  it("say of each panel what it means, once", () => {
    for (const [name, text] of buildDashboards()) {
      const { panels } = JSON.parse(text) as { panels: { title: string; type: string; description: string }[] };
      for (const { description, title } of panels) expect(description.length, title).toBeGreaterThan(8);
      const titles = panels.map(({ title, type }) => `${type} ${title}`);
      expect(new Set(titles).size, name).toBe(titles.length);
    }
  });

  it("ask for every figure that is taken of Postgres, and for no other", () => {
    const asked = new Set(dashboardQueries().flatMap(({ expr }) => expr.match(/supalove_postgres_\w+/g) ?? []));
    const shown = POSTGRES_METRICS.filter(
      (metric) => !["supalove_postgres_start_time_seconds", "supalove_postgres_wal_slots"].includes(metric),
    );
    expect([...asked].sort()).toEqual([...shown].sort());
  });

  it("come with the data source they name", () => {
    const files = new Map(dashboardFiles("http://prometheus:9090").map(({ path, content }) => [path, content]));
    const source = JSON.parse(files.get("/etc/grafana/provisioning/datasources/supalove.yaml") ?? "{}") as {
      datasources: { uid: string; url: string }[];
    };
    expect(source.datasources[0]).toMatchObject({ uid: DATASOURCE_UID, url: "http://prometheus:9090" });
    expect([...files.keys()].filter((path) => path.startsWith("/etc/grafana/dashboards/"))).toHaveLength(5);
  });
});
