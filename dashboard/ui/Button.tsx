import clsx from "clsx";
import Link from "next/link";
import type { ButtonHTMLAttributes, ReactNode } from "react";

export type ButtonTone = "primary" | "plain" | "danger" | "quiet";

const TONES: Readonly<Record<ButtonTone, string>> = {
  primary: "border-accent bg-accent text-on-accent hover:brightness-110",
  plain: "border-line-strong bg-surface text-text hover:bg-sunken",
  danger: "border-cut bg-cut text-surface hover:brightness-110",
  quiet: "border-transparent bg-transparent text-muted hover:bg-sunken hover:text-text",
};

const look = (tone: ButtonTone, small: boolean) =>
  clsx(
    "inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors",
    "disabled:cursor-not-allowed disabled:opacity-50",
    small ? "h-7 px-2 text-xs" : "h-9 px-3.5 text-sm",
    TONES[tone],
  );

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: ButtonTone;
  readonly small?: boolean;
  /** Under way: it can't be pressed again, and says so. */
  readonly busy?: boolean;
}

export function Button({ tone = "plain", small = false, busy = false, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={clsx(look(tone, small), className)}
      disabled={busy || rest.disabled}
      aria-busy={busy || undefined}
    >
      {busy && (
        <span aria-hidden className="size-3 animate-spin rounded-full border-2 border-current border-r-transparent" />
      )}
      {children}
    </button>
  );
}

interface ButtonLinkProps {
  readonly href: string;
  readonly tone?: ButtonTone;
  readonly small?: boolean;
  readonly children: ReactNode;
}

export function ButtonLink({ href, tone = "plain", small = false, children }: ButtonLinkProps) {
  return (
    <Link href={href} className={look(tone, small)}>
      {children}
    </Link>
  );
}
