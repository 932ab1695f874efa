"use client";

import { SHARED_EXTENSIONS } from "@supalove/contracts/api/extensions.ts";
import clsx from "clsx";

interface Props {
  readonly chosen: readonly string[];
  readonly onChange: (extensions: readonly string[]) => void;
  readonly error?: string | undefined;
}

const KNOWN = [...SHARED_EXTENSIONS].sort();

/** Extensions to be installed; whether this cluster's image has one is the API's to say. */
export function ExtensionPicker({ chosen, onChange, error }: Props) {
  // One that was installed by other means stays in the list.
  const names = [...new Set([...KNOWN, ...chosen])];
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
