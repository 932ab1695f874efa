-- What the containers of dedicated projects are doing, for those who look at them right now.

-- CreateTable
CREATE TABLE "stack_views" (
    "project_ref" TEXT NOT NULL,
    "wanted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checked_at" TIMESTAMPTZ(3),
    "containers" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "stack_views_pkey" PRIMARY KEY ("project_ref")
);

-- AddForeignKey
ALTER TABLE "stack_views" ADD CONSTRAINT "stack_views_project_ref_fkey" FOREIGN KEY ("project_ref") REFERENCES "projects"("ref") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language has no words for.

-- The api says that somebody looks, and reads; only the runner reaches a Docker engine.
GRANT SELECT, INSERT, UPDATE ("wanted_at") ON "stack_views" TO "supalove_api";
