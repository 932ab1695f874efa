import type { Plan, Size } from "@supalove/contracts";

/** Sizes, smallest first. */
export const SIZES = ["nano", "micro", "small", "medium", "large"] as const satisfies readonly Size[];
export const DEFAULT_SIZE: Size = "micro";

export const PLANS: readonly { readonly plan: Plan; readonly title: string; readonly about: string }[] = [
  {
    plan: "shared",
    title: "Shared",
    about: "A database of its own in the shared cluster. Ready in seconds, costs next to nothing while idle.",
  },
  {
    plan: "dedicated",
    title: "Dedicated",
    about: "A Postgres server and containers of its own, on its own network. Takes its memory also while idle.",
  },
];
