-- Dedicated projects: what their stacks are made of, where they run, and which ports of a server are theirs.

-- AlterTable
ALTER TABLE "projects" ADD COLUMN "paused" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "stack" JSONB;

-- AlterTable
ALTER TABLE "servers" ADD COLUMN "bind_address" TEXT NOT NULL DEFAULT '127.0.0.1',
ADD COLUMN "edge_network" TEXT NOT NULL DEFAULT '',
ADD COLUMN "port_from" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "port_to" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "public_host" TEXT NOT NULL DEFAULT 'localhost',
ADD COLUMN "reached_at" TEXT;

-- CreateTable
CREATE TABLE "port_leases" (
    "server_id" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "project_ref" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "port_leases_pkey" PRIMARY KEY ("server_id","port")
);

-- CreateIndex
CREATE UNIQUE INDEX "port_leases_project_ref_purpose_key" ON "port_leases"("project_ref", "purpose");

-- AddForeignKey
ALTER TABLE "port_leases" ADD CONSTRAINT "port_leases_server_id_fkey" FOREIGN KEY ("server_id") REFERENCES "servers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema language has no words for.
ALTER TABLE "port_leases" ADD CONSTRAINT "port_leases_purpose_check" CHECK ("purpose" IN ('gateway', 'database'));
ALTER TABLE "port_leases" ADD CONSTRAINT "port_leases_ref_check" CHECK ("project_ref" ~ '^[a-z]{20}$');
ALTER TABLE "projects" ADD CONSTRAINT "projects_place_check" CHECK (
  ("plan" = 'shared') = ("stack" IS NULL) AND ("plan" = 'dedicated' OR "server_id" IS NULL) AND ("plan" = 'shared' OR "cluster_id" IS NULL));

-- The api gives ports to the projects it writes; taking them back is the runner's.
GRANT SELECT, INSERT ON "port_leases" TO "supalove_api";
-- What is left of previews that nobody applied makes room for others.
GRANT DELETE ON "port_leases" TO "supalove_api";
