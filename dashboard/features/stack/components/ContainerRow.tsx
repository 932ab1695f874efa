import type { StackContainer } from "@supalove/contracts/api/index.ts";
import type { ReactNode } from "react";
import { Moment } from "../../../ui/Moment.tsx";
import { StatusMark } from "../../../ui/StatusMark.tsx";
import { ActButton } from "../../previews/components/ActButton.tsx";
import { SERVICES } from "../services.ts";
import { STATES } from "../states.ts";
import { MemoryMeter } from "./MemoryMeter.tsx";

interface Props {
  readonly projectRef: string;
  readonly container: StackContainer;
  readonly active: boolean;
  /** Name of its image's version; null where nobody gave it one. */
  readonly version: string | null;
}

/** One container: what it is, what it is doing, and what it takes. */
export function ContainerRow({ projectRef, container, active, version }: Props) {
  const { service, state, image, started_at, restarts, memory_bytes, memory_limit_bytes } = container;
  const { title } = SERVICES[service];
  return (
    <div className="grid gap-x-6 gap-y-3 px-4 py-3.5 lg:grid-cols-[10rem_minmax(0,1fr)_auto] lg:items-start">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 lg:flex-col lg:items-start">
        <h3 className="text-sm">{title}</h3>
        <StatusMark {...STATES[state]} />
      </div>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-2.5 sm:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)_minmax(0,0.7fr)]">
        <Fact name="Memory">
          <MemoryMeter used={memory_bytes} limit={memory_limit_bytes} />
        </Fact>
        <Fact name="Started">{started_at === null ? "–" : <Moment at={started_at} />}</Fact>
        <Fact name="Restarts">{restarts}</Fact>
        <div className="col-span-full min-w-0">
          <dt className="sr-only">Version and image</dt>
          <dd className="font-mono text-xs text-muted [overflow-wrap:anywhere]">
            {version !== null && <span className="text-text">{version} </span>}
            {image}
          </dd>
        </div>
      </dl>
      <ActButton
        projectRef={projectRef}
        act={{ restart: service }}
        words="Restart"
        label={`Restart ${title}`}
        small
        disabled={!active || state === "missing"}
      />
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0 first:col-span-full sm:first:col-span-1">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="mt-0.5 text-sm">{children}</dd>
    </div>
  );
}
