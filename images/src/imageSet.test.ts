import { describe, expect, it } from "vitest";
import { resolveImageSet } from "./imageSet.ts";
import { UPSTREAM_GRAFANA, UPSTREAM_IMAGES } from "./upstreamSet.ts";

const local = await resolveImageSet({ set: "local" });
const upstream = await resolveImageSet({ set: "upstream" });
const built = (set: typeof local) => set.planned.map(({ definition }) => definition.name);

describe("image sets", () => {
  it("build everything here in the local set, and have no Grafana there", () => {
    const { grafana, ...images } = local.catalogue;
    expect(grafana).toHaveProperty("unavailable");
    for (const [name, { reference }] of Object.entries(images)) {
      expect(reference).toMatch(new RegExp(`^supalove/${name}:[0-9a-f]{16}$`));
    }
  });

  it("run the very same Postgres in both, since the guard is in it", () => {
    expect(upstream.catalogue.postgres).toEqual(local.catalogue.postgres);
    expect(built(upstream)).toEqual(expect.arrayContaining(["base", "postgres-build", "postgres"]));
    expect(UPSTREAM_IMAGES).not.toHaveProperty("postgres");
  });

  it("take the rest from upstream, and build our services on its Node", () => {
    const { catalogue } = upstream;
    expect(catalogue.grafana).toEqual({ reference: UPSTREAM_GRAFANA });
    const fromUpstream = ["keycloak", "prometheus", "postgres-exporter", "nginx", "supabase-postgres"] as const;
    for (const name of [...fromUpstream, "postgrest", "postgres-meta"] as const) {
      expect(catalogue[name].reference).toBe(UPSTREAM_IMAGES[name]);
      expect(built(upstream)).not.toContain(name);
    }
    for (const name of ["api", "runner", "gateway"] as const) {
      expect(catalogue[name].reference).toMatch(/^supalove\//);
      expect(catalogue[name]).not.toEqual(local.catalogue[name]);
    }
  });

  it("have the same firewall, which no registry has", () => {
    expect(upstream.catalogue.firewall).toEqual(local.catalogue.firewall);
  });

  it("pin every upstream image to a version", () => {
    for (const reference of [...Object.values(UPSTREAM_IMAGES), UPSTREAM_GRAFANA]) {
      expect(reference).toMatch(/:v?\d+(\.\d+)*(-[a-z]+)*$/);
    }
  });
});
