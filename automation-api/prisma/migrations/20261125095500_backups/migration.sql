-- Last backups of projects that were destroyed: the files lie with the runner, which owns the rows.

-- CreateTable
CREATE TABLE "backups" (
    "id" TEXT NOT NULL,
    "operation_id" TEXT NOT NULL,
    "project_ref" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "project_name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "verified_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "backups_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "backups_operation_id_key" ON "backups"("operation_id");

-- CreateIndex
CREATE INDEX "backups_organization_id_created_at_idx" ON "backups"("organization_id", "created_at");

-- CreateIndex
CREATE INDEX "backups_expires_at_idx" ON "backups"("expires_at");

-- AddForeignKey
ALTER TABLE "backups" ADD CONSTRAINT "backups_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema language has no words for.

ALTER TABLE "backups" ADD CONSTRAINT "backups_reason_check" CHECK ("reason" IN ('destroy'));
ALTER TABLE "backups" ADD CONSTRAINT "backups_sha256_check" CHECK ("sha256" ~ '^[0-9a-f]{64}$');

GRANT SELECT ON "backups" TO "supalove_api";
