import { PageHeader } from "../../../ui/PageHeader.tsx";
import { OperationList } from "./OperationList.tsx";

/** Everything that was done to a project. */
export function ProjectOperations({ projectRef }: { readonly projectRef: string }) {
  return (
    <>
      <PageHeader title="Operations" about="One at a time, in order." />
      <div className="overflow-hidden rounded-lg border bg-surface">
        <OperationList projectRef={projectRef} />
      </div>
    </>
  );
}
