-- A runner whose container starts again knows by it which operations its earlier life held, and need not wait for their leases.
ALTER TABLE "operations" ADD COLUMN "runner_host" TEXT;
