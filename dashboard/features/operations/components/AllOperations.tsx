import { PageHeader } from "../../../ui/PageHeader.tsx";
import { OperationList } from "./OperationList.tsx";

/** Everything that was done to the projects of one's organizations. */
export function AllOperations() {
  return (
    <>
      <PageHeader title="Operations" about="What was done to your organizations' projects, newest first." />
      <div className="overflow-hidden rounded-lg border bg-surface">
        <OperationList />
      </div>
    </>
  );
}
