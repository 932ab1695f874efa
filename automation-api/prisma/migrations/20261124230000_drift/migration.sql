-- What the last look at each project's stack found.

-- CreateTable
CREATE TABLE "drift_looks" (
    "project_ref" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "changes" JSONB NOT NULL,
    "accepted" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "drift_looks_pkey" PRIMARY KEY ("project_ref")
);

-- AddForeignKey
ALTER TABLE "drift_looks" ADD CONSTRAINT "drift_looks_project_ref_fkey" FOREIGN KEY ("project_ref") REFERENCES "projects"("ref") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was found is the runner's to write; people accept it.
GRANT SELECT, UPDATE ("accepted") ON "drift_looks" TO "supalove_api";
