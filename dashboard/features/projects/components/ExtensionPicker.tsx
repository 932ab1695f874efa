"use client";

import type { Plan } from "@supalove/contracts";
import clsx from "clsx";
import { offeredExtensions } from "../extensions.ts";

interface Props {
  readonly plan: Plan;
  readonly chosen: readonly string[];
  readonly onChange: (extensions: readonly string[]) => void;
  readonly error?: string | undefined;
}

/** Extensions to be installed; whether the image at hand has one is the API's to say. */
export function ExtensionPicker({ plan, chosen, onChange, error }: Props) {
  // One that was installed by other means stays in the list.
  const names = [...new Set([...offeredExtensions(plan), ...chosen])];
  const toggle = (name: string) =>
    onChange(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]);
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">Extensions</legend>
      <div className="flex flex-wrap gap-1.5">
        {names.map((name) => (
          <label
            key={name}
            className={clsx(
              "cursor-pointer rounded-md border px-2 py-1 font-mono text-xs has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
              chosen.includes(name)
                ? "border-accent bg-accent-soft text-accent"
                : "text-muted hover:border-line-strong hover:text-text",
            )}
          >
            <input type="checkbox" className="sr-only" checked={chosen.includes(name)} onChange={() => toggle(name)} />
            {name}
          </label>
        ))}
      </div>
      {error !== undefined && (
        <p role="alert" className="text-sm text-cut">
          {error}
        </p>
      )}
    </fieldset>
  );
}
