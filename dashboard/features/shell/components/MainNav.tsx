"use client";

import clsx from "clsx";
import Link from "next/link";
import { usePathname } from "next/navigation";

const PLACES = [
  { href: "/projects", words: "Projects", also: "/previews" },
  { href: "/operations", words: "Operations", also: "/operations" },
  { href: "/backups", words: "Backups", also: "/backups" },
  { href: "/platform", words: "Platform", also: "/platform" },
] as const;

/** The places of the console that belong to no project. */
export function MainNav() {
  const path = usePathname();
  return (
    <nav aria-label="Main" className="flex h-full min-w-0 items-stretch overflow-x-auto">
      {PLACES.map(({ href, words, also }) => {
        const here = path === href || path.startsWith(`${href}/`) || path.startsWith(`${also}/`);
        return (
          <Link
            key={href}
            href={href}
            aria-current={here ? "page" : undefined}
            className={clsx(
              "flex items-center border-b-2 px-2 text-sm sm:px-3",
              here ? "border-accent font-medium text-text" : "border-transparent text-muted hover:text-text",
            )}
          >
            {words}
          </Link>
        );
      })}
    </nav>
  );
}
