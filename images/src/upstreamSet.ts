import type { ImageName } from "./definition.ts";

/**
 * Upstream images, pinned. Our own services are built from source on the upstream Node image.
 * nginx is the unprivileged build: it has the contract of ours, port 8080 and no root.
 * `postgres` is not among them: both clusters run ours, whichever the set. The guard that keeps tenants apart is compiled
 * into it, and the settings, the HBA rules and the powerless start come by its entrypoint. Its base is built with it.
 * A dedicated project's database, `supabase-postgres`, has no tenants to keep apart and is upstream's. The firewall is ours
 * in both sets.
 */
export const UPSTREAM_IMAGES: Readonly<Partial<Record<ImageName, string>>> = {
  node: "node:24-bookworm-slim",
  keycloak: "quay.io/keycloak/keycloak:26.4",
  "postgres-exporter": "quay.io/prometheuscommunity/postgres-exporter:v0.11.1",
  prometheus: "prom/prometheus:v3.5.0",
  nginx: "nginxinc/nginx-unprivileged:1.29-bookworm",
  "supabase-postgres": "supabase/postgres:15.8.1.085",
  postgrest: "postgrest/postgrest:v12.2.3",
  "postgres-meta": "supabase/postgres-meta:v0.95.2",
};

export const UPSTREAM_GRAFANA = "grafana/grafana:12.2.0";

/** Images that exist in no package registry, with the words `status` shows. */
export const UNAVAILABLE_LOCALLY = {
  grafana: "no image: Grafana is in no package registry; it runs with the upstream image set",
} as const;
