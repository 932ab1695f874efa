import Link from "next/link";

/** The name, as a way home. */
export function Brand() {
  return (
    <Link href="/projects" aria-label="Supalove" className="flex items-center gap-2 font-semibold tracking-tight">
      <svg aria-hidden="true" viewBox="0 0 32 32" className="size-6">
        <rect width="32" height="32" rx="7" className="fill-accent" />
        <path d="M8 10h16M8 16h11M8 22h6" className="stroke-surface" strokeWidth="3" strokeLinecap="round" />
      </svg>
      <span className="hidden sm:inline">Supalove</span>
    </Link>
  );
}
