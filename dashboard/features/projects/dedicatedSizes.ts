import type { Size } from "@supalove/contracts";

/** What the database of a dedicated project may use; its other containers have a small share beside it. */
const SIZE_GIVES: Readonly<Record<Size, { readonly memory: string; readonly processors: string }>> = {
  nano: { memory: "384 MiB", processors: "half a processor" },
  micro: { memory: "768 MiB", processors: "1 processor" },
  small: { memory: "1.5 GiB", processors: "2 processors" },
  medium: { memory: "3 GiB", processors: "2 processors" },
  large: { memory: "6 GiB", processors: "4 processors" },
};

/** As in `768 MiB, 1 processor`. */
export function sizeGives(size: Size): string {
  const { memory, processors } = SIZE_GIVES[size];
  return `${memory}, ${processors}`;
}
