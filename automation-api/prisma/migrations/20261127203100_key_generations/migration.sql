-- Rotation: which keys a project has, which older ones are let in until when, and how often its passwords were drawn.

ALTER TABLE "projects" ADD COLUMN "key_generations" JSONB,
ADD COLUMN "password_generation" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "projects" ADD CONSTRAINT "projects_key_generations_check" CHECK (
  "key_generations" IS NULL OR (("key_generations" ->> 'generation')::int > 0
    AND ("key_generations" #>> '{previous,until}' IS NULL OR ("key_generations" #>> '{previous,until}')::bigint > 0))
);
ALTER TABLE "projects" ADD CONSTRAINT "projects_password_generation_check" CHECK ("password_generation" >= 0);
