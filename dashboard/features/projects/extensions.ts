import type { Plan } from "@supalove/contracts";
import { DEDICATED_EXTENSIONS, SHARED_EXTENSIONS } from "@supalove/contracts/api/extensions.ts";

const OFFERED: Readonly<Record<Plan, readonly string[]>> = {
  shared: [...SHARED_EXTENSIONS].sort(),
  dedicated: [...DEDICATED_EXTENSIONS].sort(),
};

/** Extensions that a project of a plan may wish for, by name. */
export const offeredExtensions = (plan: Plan): readonly string[] => OFFERED[plan];

/** Those of a choice that another plan has, too. */
export const stillOffered = (plan: Plan, chosen: readonly string[]): readonly string[] =>
  chosen.filter((name) => OFFERED[plan].includes(name));
