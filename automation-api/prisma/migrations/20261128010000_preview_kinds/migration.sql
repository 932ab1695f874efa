-- Previews of a pause, of its end, and of a service's restart.

ALTER TABLE "previews" DROP CONSTRAINT "previews_kind_check";
ALTER TABLE "previews" ADD CONSTRAINT "previews_kind_check"
  CHECK ("kind" IN ('create', 'change', 'delete', 'pause', 'resume', 'restart'));
