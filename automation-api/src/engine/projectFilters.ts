import { LABELS, type ProjectRef, type ServerPlace } from "@supalove/contracts";

/** How Docker is asked for what belongs to a dedicated project on its server. */
export const projectFilters = ({ instance }: Pick<ServerPlace, "instance">, ref: ProjectRef) => ({
  label: [`${LABELS.instance}=${instance}`, `${LABELS.project}=${ref}`],
});
