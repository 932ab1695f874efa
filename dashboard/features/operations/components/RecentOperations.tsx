import { ButtonLink } from "../../../ui/Button.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { OperationList } from "./OperationList.tsx";

/** As many as the page's first answer holds. */
export const FEW = 5;

/** The last few operations of a project. */
export function RecentOperations({ projectRef }: { readonly projectRef: string }) {
  return (
    <Panel
      title="Recent operations"
      flush
      actions={
        <ButtonLink small href={`/projects/${projectRef}/operations`}>
          All operations
        </ButtonLink>
      }
    >
      <OperationList projectRef={projectRef} limit={FEW} />
    </Panel>
  );
}
