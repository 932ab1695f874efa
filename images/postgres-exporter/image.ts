import { packageImage } from "../src/packageImage.ts";

/** Figures of a Postgres cluster for Prometheus; from Debian, with the upstream image's path and user. */
export const postgresExporter = packageImage("postgres-exporter");
