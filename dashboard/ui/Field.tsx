"use client";

import clsx from "clsx";
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from "react";

const CONTROL = clsx(
  "h-9 w-full rounded-md border border-line-strong bg-surface px-3 text-base text-text",
  "placeholder:text-muted/80 aria-invalid:border-cut disabled:opacity-60",
);

interface LabelledProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

function Labelled({
  id,
  label,
  hint,
  error,
  children,
}: LabelledProps & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {error !== undefined && (
        <p id={`${id}-error`} role="alert" className="text-sm text-cut">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

const describedBy = (id: string, { hint, error }: LabelledProps) =>
  [error === undefined ? "" : `${id}-error`, hint === undefined ? "" : `${id}-hint`].join(" ").trim() || undefined;

/** A text field with its label, hint and error. */
export function TextField({
  label,
  hint,
  error,
  trailing,
  ...input
}: LabelledProps & InputHTMLAttributes<HTMLInputElement> & { readonly trailing?: ReactNode }) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} error={error}>
      <div className="flex gap-2">
        <input
          id={id}
          autoComplete="off"
          spellCheck={false}
          {...input}
          className={clsx(CONTROL, input.className)}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={describedBy(id, { label, hint, error })}
        />
        {trailing}
      </div>
    </Labelled>
  );
}

/** A choice among a few. */
export function SelectField({
  label,
  hint,
  error,
  children,
  ...select
}: LabelledProps & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} error={error}>
      <select
        id={id}
        {...select}
        className={CONTROL}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={describedBy(id, { label, hint, error })}
      >
        {children}
      </select>
    </Labelled>
  );
}
