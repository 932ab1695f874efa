import { approvalPolicy } from "../approvals/approvalPolicy.ts";
import { approvalWords } from "../approvals/approvalWords.ts";
import type { Impact } from "../approvals/impact.ts";
import { changeLook, lookSurvivingCrashes } from "./lookAhead.ts";
import { engineInput, withWish } from "./projectSpec.ts";
import type { Ending, Run } from "./run.ts";
import { statusAfter } from "./upProject.ts";

/**
 * Right before a change that was asked for without a preview, where the organization wants a second person for whatever loses
 * data: looks what it would do, and stops one that would lose some. Nobody can tell that from the wish alone. A project that
 * never was ready has nothing to lose. What happens between this look and the change is the engine's to stop: databases,
 * volumes and networks are protected in the state, and only a deletion takes that away.
 * @returns how the operation ends instead; undefined to go on
 */
export async function lookForLoss(run: Run, impact: Impact): Promise<Ending | undefined> {
  // What only stops or starts something loses nothing.
  if (impact === "run") return undefined;
  const { services, project, input } = run;
  const policy = await approvalPolicy(services.database, project.organizationId);
  if (policy !== "destructive") return undefined;
  const found = await engineInput(services, withWish(project, input.change ?? {}));
  if (found.secrets.jwt_secret === undefined) return undefined;
  run.journal.phase("loss_look", "Looking whether the change loses data");
  const outcome = await lookSurvivingCrashes(run, changeLook(found, input.repairs ?? false));
  const projectStatus = input.status_if_cancelled;
  if (outcome.status === "failed") return { ...outcome, projectStatus: statusAfter(run, outcome.error) };
  if (outcome.status !== "previewed") return { status: "cancelled", projectStatus };
  if (!outcome.changes.some(({ destructive }) => destructive)) return undefined;
  const { message, nextStep: next_step } = approvalWords(policy, "found");
  return { status: "failed", error: { code: "approval_required", message, next_step }, projectStatus };
}
