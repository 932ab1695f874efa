import type { Size } from "./projectSpec.ts";

/** What the database of a dedicated project may use; its other containers have a small share beside it. */
export interface DedicatedSize {
  readonly memoryMebibytes: number;
  /** At most: no container is promised more processors than its server has. */
  readonly cpus: number;
  readonly maxConnections: number;
}

/** Each step has about twice the memory of the one before; connections as Supabase's compute sizes have them. */
export const DEDICATED_SIZES: Readonly<Record<Size, DedicatedSize>> = {
  nano: { memoryMebibytes: 384, cpus: 0.5, maxConnections: 60 },
  micro: { memoryMebibytes: 768, cpus: 1, maxConnections: 60 },
  small: { memoryMebibytes: 1536, cpus: 2, maxConnections: 90 },
  medium: { memoryMebibytes: 3072, cpus: 2, maxConnections: 120 },
  large: { memoryMebibytes: 6144, cpus: 4, maxConnections: 160 },
};
