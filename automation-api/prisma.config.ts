import { defineConfig } from "prisma/config";

/** Development and CI only: the Prisma command line. In production the runner applies the migrations itself. */
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env["DATABASE_URL"] ?? "postgresql://localhost/unset" },
});
