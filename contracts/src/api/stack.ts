import { z } from "zod";
import { StackService } from "../dedicated.ts";
import { Timestamp } from "./common.ts";

/** `running` is a container without a health check; `missing` one that should be there. */
export const CONTAINER_STATES = ["healthy", "starting", "unhealthy", "running", "stopped", "missing"] as const;
export const ContainerState = z.enum(CONTAINER_STATES);
export type ContainerState = z.infer<typeof ContainerState>;

/** One container of a dedicated project, as its server has it. */
export const StackContainer = z
  .object({
    service: StackService,
    state: ContainerState,
    image: z.string(),
    started_at: Timestamp.nullable(),
    restarts: z.number().int().meta({ description: "times that the engine started it again by itself" }),
    memory_bytes: z.number().int().nullable(),
    memory_limit_bytes: z.number().int().nullable(),
  })
  .meta({ id: "StackContainer" });
export type StackContainer = z.infer<typeof StackContainer>;

/** `GET /v1/projects/{ref}/stack`. */
export const StackView = z
  .object({
    containers: z.array(StackContainer),
    checked_at: Timestamp.meta({ description: "when the server was asked; a few seconds ago while somebody looks" }),
  })
  .meta({ id: "StackView" });
export type StackView = z.infer<typeof StackView>;
