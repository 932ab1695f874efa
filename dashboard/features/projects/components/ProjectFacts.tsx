import type { Project } from "@supalove/contracts/api/index.ts";
import clsx from "clsx";
import type { ReactNode } from "react";
import { Moment } from "../../../ui/Moment.tsx";
import { StatusMark } from "../../../ui/StatusMark.tsx";
import { serviceWords } from "../../stack/services.ts";
import { sizeGives } from "../dedicatedSizes.ts";
import { statusTone, statusWords } from "../status.ts";

interface Fact {
  readonly name: string;
  readonly value: ReactNode;
}

/** What a project is, at a glance: six facts, three more of a dedicated one, and one while keys of before are accepted. */
export function ProjectFacts({ project }: { readonly project: Project }) {
  const { status, plan, size, stack, database, extensions, created_at, previous_keys_until, ref } = project;
  const facts: readonly Fact[] = [
    { name: "Health", value: <StatusMark tone={statusTone(status)} words={statusWords(status)} /> },
    { name: "Plan", value: `${plan} · ${size}` },
    { name: "Postgres", value: database.version },
    ...(stack === null
      ? []
      : [
          { name: "Database server", value: sizeGives(size) },
          { name: "Services", value: serviceWords(stack.services) },
          { name: "Direct connections", value: stack.publish_database ? "on a port of the server" : "none" },
        ]),
    { name: "Created", value: <Moment at={created_at} /> },
    ...(previous_keys_until === null
      ? []
      : [{ name: "Old keys end", value: <Moment at={previous_keys_until} coming /> }]),
    { name: "Extensions", value: extensions.length === 0 ? "none added" : extensions.join(", ") },
    { name: "Ref", value: <span className="font-mono text-xs">{ref}</span> },
  ];
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-line sm:grid-cols-3">
      {facts.map(({ name, value }, at) => (
        // An odd one out at the end takes the whole row of a phone.
        <div
          key={name}
          className={clsx(
            "min-w-0 bg-surface px-4 py-3",
            at === facts.length - 1 && at % 2 === 0 && "col-span-2 sm:col-span-1",
          )}
        >
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="mt-0.5 text-sm [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
