-- Versions of the images that dedicated projects may be upgraded to, and the backups that are taken before.

-- CreateTable
CREATE TABLE "stack_images" (
    "service" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "stack_images_pkey" PRIMARY KEY ("service","version")
);

-- CreateIndex
CREATE UNIQUE INDEX "stack_images_service_reference_key" ON "stack_images"("service", "reference");

-- What Prisma's schema language has no words for.

ALTER TABLE "stack_images" ADD CONSTRAINT "stack_images_service_check" CHECK ("service" IN ('db', 'rest', 'meta', 'gateway'));
ALTER TABLE "stack_images" ADD CONSTRAINT "stack_images_version_check" CHECK ("version" ~ '^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$');

ALTER TABLE "backups" DROP CONSTRAINT "backups_reason_check";
ALTER TABLE "backups" ADD CONSTRAINT "backups_reason_check" CHECK ("reason" IN ('destroy', 'upgrade'));

-- What stands in it the runner alone decides: who may write here chooses what runs beside people's data.
GRANT SELECT ON "stack_images" TO "supalove_api";
