import type { OperationKind } from "@supalove/contracts";
import { checkDrift } from "./checkDrift.ts";
import { destroyProject } from "./destroyProject.ts";
import { pauseProject } from "./pauseProject.ts";
import { previewProject } from "./previewProject.ts";
import { restartService } from "./restartService.ts";
import { resumeProject } from "./resumeProject.ts";
import type { Ending, Run } from "./run.ts";
import { upgradeProject } from "./upgradeProject.ts";
import { upProject } from "./upProject.ts";

/** What each kind of operation does; those without code yet are refused by the api before they are made. */
export const KINDS: Readonly<Partial<Record<OperationKind, (run: Run) => Promise<Ending>>>> = {
  up: upProject,
  preview: previewProject,
  refresh: checkDrift,
  destroy: destroyProject,
  pause: pauseProject,
  resume: resumeProject,
  restart: restartService,
  upgrade: upgradeProject,
};
