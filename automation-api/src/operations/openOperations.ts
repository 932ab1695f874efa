import type { Prisma } from "../generated/prisma/client.ts";

/** Operations of a project that have not ended. */
export const openOperations = (projectRef: string): Prisma.OperationWhereInput => ({
  projectRef,
  status: { in: ["queued", "running", "interrupted"] },
});
