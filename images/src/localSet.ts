import { api } from "../api/image.ts";
import { base } from "../base/image.ts";
import { dashboard } from "../dashboard/image.ts";
import { firewall } from "../firewall/image.ts";
import { gateway } from "../gateway/image.ts";
import { keycloak } from "../keycloak/image.ts";
import { nginx } from "../nginx/image.ts";
import { node } from "../node/image.ts";
import { postgres } from "../postgres/image.ts";
import { postgresBuild } from "../postgres-build/image.ts";
import { postgresExporter } from "../postgres-exporter/image.ts";
import { postgresMeta } from "../postgres-meta/image.ts";
import { postgrest } from "../postgrest/image.ts";
import { prometheus } from "../prometheus/image.ts";
import { runner } from "../runner/image.ts";
import { runnerRuntime } from "../runner-runtime/image.ts";
import { supabasePostgres } from "../supabase-postgres/image.ts";
import type { ImageDefinition } from "./definition.ts";

export interface LocalSetOptions {
  /** PostGIS and pgRouting in the Postgres image: about 200 MB more. Default: no. */
  readonly postgis?: boolean;
}

/** The images that can be built from package registries alone, parents before children. */
export function localDefinitions(options: LocalSetOptions): readonly ImageDefinition[] {
  return [
    base,
    node,
    postgresBuild,
    postgres(options.postgis ?? false),
    keycloak,
    runnerRuntime,
    runner,
    gateway,
    api,
    dashboard,
    prometheus,
    postgresExporter,
    nginx,
    supabasePostgres,
    postgrest,
    postgresMeta,
    firewall,
  ];
}
