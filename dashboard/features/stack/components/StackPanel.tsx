"use client";

import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { FailureNote } from "../../../ui/FailureNote.tsx";
import { Loading } from "../../../ui/Loading.tsx";
import { Moment } from "../../../ui/Moment.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { stackQuery } from "../queries.ts";
import { ContainerRow } from "./ContainerRow.tsx";

interface Props {
  readonly projectRef: string;
  /** Nothing else is being done to the project: its services can be restarted. */
  readonly active: boolean;
  /** Names of the images' versions, by service. */
  readonly versions: Readonly<Record<string, string | null>>;
}

/** What each container is doing; asked again while somebody looks. */
export function StackPanel({ projectRef, active, versions }: Props) {
  const stack = useQuery(stackQuery(projectRef));
  return (
    <Panel
      title="Containers"
      flush
      {...(stack.data === undefined
        ? {}
        : {
            about: (
              <>
                Looked at <Moment at={stack.data.checked_at} />.
              </>
            ),
          })}
    >
      {stack.isPending && <Loading what="the containers" lines={4} />}
      {stack.isError && (
        <div className="p-4">
          <FailureNote error={stack.error} doing="look at the containers" onRetry={() => void stack.refetch()} />
        </div>
      )}
      {stack.data?.containers.length === 0 && (
        <EmptyState title="No containers">
          There are none while the project comes up, and none once it is deleted. Its operations say how far it is.
        </EmptyState>
      )}
      <ul aria-label="Containers" className="divide-y">
        {stack.data?.containers.map((container) => (
          <li key={container.service}>
            <ContainerRow
              projectRef={projectRef}
              container={container}
              active={active}
              version={versions[container.service] ?? null}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
