-- A second person for changes, and members who come and go.

-- AlterTable
ALTER TABLE "organizations" ADD COLUMN "approval_policy" TEXT NOT NULL DEFAULT 'none';

-- CreateTable
CREATE TABLE "preview_approvals" (
    "preview_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "preview_approvals_pkey" PRIMARY KEY ("preview_id","user_id")
);

-- CreateIndex
CREATE INDEX "preview_approvals_user_id_idx" ON "preview_approvals"("user_id");

-- AddForeignKey
ALTER TABLE "preview_approvals" ADD CONSTRAINT "preview_approvals_preview_id_fkey" FOREIGN KEY ("preview_id") REFERENCES "previews"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "preview_approvals" ADD CONSTRAINT "preview_approvals_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language has no words for.
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_approval_policy_check"
  CHECK ("approval_policy" IN ('none', 'destructive', 'always'));

-- Whoever follows something of an organization hears at commit that its members changed, and looks whether they still may.
CREATE FUNCTION "notify_members_changed"() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_notify('operation_event', 'organization:' || OLD.organization_id);
  RETURN NULL;
END $$;
CREATE TRIGGER "members_notify" AFTER UPDATE OR DELETE ON "members"
  FOR EACH ROW EXECUTE FUNCTION "notify_members_changed"();

GRANT UPDATE ("name", "approval_policy") ON "organizations" TO "supalove_api";
GRANT UPDATE ("role"), DELETE ON "members" TO "supalove_api";
GRANT SELECT, INSERT, DELETE ON "preview_approvals" TO "supalove_api";
