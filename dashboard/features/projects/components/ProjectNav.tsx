"use client";

import type { Plan } from "@supalove/contracts";
import clsx from "clsx";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { DriftIcon, OperationsIcon, OverviewIcon, SettingsIcon, SqlIcon, StackIcon } from "../../../ui/icons.tsx";

interface Section {
  readonly path: string;
  readonly words: string;
  readonly Icon: (props: { readonly className?: string }) => ReactNode;
  /** The only plan that has it. */
  readonly plan?: Plan;
}

/** Sections of a project; a later area adds its line here and its folder in `features/`. */
const SECTIONS: readonly Section[] = [
  { path: "", words: "Overview", Icon: OverviewIcon },
  { path: "/sql", words: "SQL editor", Icon: SqlIcon },
  { path: "/stack", words: "Stack", Icon: StackIcon, plan: "dedicated" },
  { path: "/operations", words: "Operations", Icon: OperationsIcon },
  { path: "/drift", words: "Drift", Icon: DriftIcon },
  { path: "/settings", words: "Settings", Icon: SettingsIcon },
];

/** A list beside the page, or on a phone a row above it. */
export function ProjectNav({ projectRef, plan }: { readonly projectRef: string; readonly plan: Plan }) {
  const current = usePathname();
  return (
    <nav
      aria-label="Project"
      className="-mx-4 flex gap-1 overflow-x-auto border-b px-4 pb-2 md:mx-0 md:flex-col md:border-b-0 md:px-0"
    >
      {SECTIONS.filter((section) => section.plan === undefined || section.plan === plan).map(
        ({ path, words, Icon }) => {
          const href = `/projects/${projectRef}${path}`;
          const here = current === href;
          return (
            <Link
              key={path}
              href={href}
              aria-current={here ? "page" : undefined}
              className={clsx(
                "flex items-center gap-2 whitespace-nowrap rounded-md px-2.5 py-1.5 text-sm",
                here ? "bg-accent-soft font-medium text-accent" : "text-muted hover:bg-sunken hover:text-text",
              )}
            >
              <Icon />
              {words}
            </Link>
          );
        },
      )}
    </nav>
  );
}
