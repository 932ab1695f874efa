-- Where people reach a cluster, apart from where the platform's own services do.

-- AlterTable
ALTER TABLE "clusters" ADD COLUMN "public_host" TEXT,
ADD COLUMN "public_port" INTEGER;

-- The api shows the one and has no use for the other.
GRANT SELECT ("public_host", "public_port") ON "clusters" TO "supalove_api";
REVOKE SELECT ("host", "port") ON "clusters" FROM "supalove_api";

-- A new password of a project's own login takes the place of the one before.
GRANT UPDATE ("sealed", "updated_at") ON "project_secrets" TO "supalove_api";
