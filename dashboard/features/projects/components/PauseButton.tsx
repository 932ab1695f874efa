import type { Project } from "@supalove/contracts/api/index.ts";
import { ActButton } from "../../previews/components/ActButton.tsx";
import { isActive } from "../status.ts";

/** Pauses a project, or wakes a paused one; both keep its data. */
export function PauseButton({ project: { ref, status } }: { readonly project: Project }) {
  // Another button each: that of a preview which is on its way must not come back as the other one, busy.
  if (isActive(status)) return <ActButton key="pause" projectRef={ref} act={{ pause: true }} words="Pause project" />;
  if (status === "INACTIVE") {
    return <ActButton key="resume" projectRef={ref} act={{ resume: true }} words="Resume project" />;
  }
  return null;
}
