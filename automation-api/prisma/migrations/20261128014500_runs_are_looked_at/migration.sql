-- Pauses, resumes and restarts are looked at before they begin from now on; one that has begun goes on.

UPDATE "operations" SET "input" = "input" || '{"looked": true}'
WHERE "kind" IN ('pause', 'resume', 'restart') AND "status" IN ('running', 'interrupted');
