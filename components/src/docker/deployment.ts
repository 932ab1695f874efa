import { z } from "zod";

export const CONTAINER = "docker:index/container:Container";

/** What of a stack's exported state is read: its resources, and the inputs of those in Docker. */
export const Deployment = z.object({
  resources: z
    .array(
      z.object({
        type: z.string(),
        urn: z.string(),
        id: z.string().optional(),
        inputs: z
          .object({
            name: z.string().optional(),
            networksAdvanced: z
              .array(z.object({ name: z.string(), aliases: z.array(z.string()).default([]) }))
              .default([]),
            /** Their contents are secrets. */
            uploads: z.unknown().optional(),
          })
          .optional(),
      }),
    )
    .default([]),
});

/** Ids of the containers that a state knows. */
export function containerIdsOf(deployment: unknown): ReadonlySet<string> {
  const { resources } = Deployment.parse(deployment ?? {});
  return new Set(resources.flatMap(({ type, id }) => (type === CONTAINER && id !== undefined ? [id] : [])));
}
