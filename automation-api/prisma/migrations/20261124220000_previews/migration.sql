-- Previews, and operations that make or apply one.

-- AlterTable
ALTER TABLE "projects" ADD COLUMN "state_version" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "operations" ADD COLUMN "preview_id" TEXT,
ALTER COLUMN "project_ref" DROP NOT NULL;

-- CreateTable
CREATE TABLE "previews" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "project_ref" TEXT NOT NULL,
    "wished" JSONB NOT NULL,
    "sealed_imported" TEXT,
    "refresh" BOOLEAN NOT NULL DEFAULT false,
    "state_version" INTEGER NOT NULL,
    "digest" TEXT,
    "destructive" BOOLEAN NOT NULL DEFAULT false,
    "summary" TEXT NOT NULL DEFAULT '',
    "changes" JSONB NOT NULL DEFAULT '[]',
    "actor" TEXT NOT NULL,
    "actor_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "previews_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "previews_project_ref_idx" ON "previews"("project_ref");

-- CreateIndex
CREATE INDEX "previews_created_at_idx" ON "previews"("created_at");

-- CreateIndex
CREATE INDEX "operations_preview_id_idx" ON "operations"("preview_id");

-- AddForeignKey
ALTER TABLE "previews" ADD CONSTRAINT "previews_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_preview_id_fkey" FOREIGN KEY ("preview_id") REFERENCES "previews"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema language has no words for.
ALTER TABLE "previews" ADD CONSTRAINT "previews_kind_check" CHECK ("kind" IN ('create', 'change', 'delete'));
ALTER TABLE "previews" ADD CONSTRAINT "previews_ref_check" CHECK ("project_ref" ~ '^[a-z]{20}$');
ALTER TABLE "operations" ADD CONSTRAINT "operations_preview_check"
  CHECK (("kind" <> 'preview' OR "preview_id" IS NOT NULL) AND ("project_ref" IS NOT NULL OR "kind" = 'preview'));
-- A preview is made once and applied once.
CREATE UNIQUE INDEX "operations_making_key" ON "operations"("preview_id") WHERE "kind" = 'preview';
CREATE UNIQUE INDEX "operations_applying_key" ON "operations"("preview_id") WHERE "kind" <> 'preview';

-- The job of an operation without a project gets no queue, since text and null make null: it waits for nobody.

-- The api asks for previews and hands imported secrets on; what a preview found is the runner's to write.
GRANT SELECT, INSERT, UPDATE ("sealed_imported") ON "previews" TO "supalove_api";
GRANT UPDATE ("state_version") ON "projects" TO "supalove_api";
