"use client";

import Link from "next/link";
import { DropdownMenu } from "radix-ui";
import { useRef } from "react";
import type { Person } from "../../../server/session/session.ts";

const ITEM =
  "block w-full rounded-sm px-2.5 py-1.5 text-left text-sm outline-none data-highlighted:bg-sunken data-highlighted:text-text";

/** Who is signed in, and the way out. */
export function UserMenu({ person }: { readonly person: Person }) {
  const signOut = useRef<HTMLFormElement>(null);
  const initials = person.name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
  return (
    <>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger className="flex size-8 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent">
          <span aria-hidden>{initials}</span>
          <span className="sr-only">Your account</span>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={6}
            className="z-50 min-w-56 rounded-md border bg-surface p-1 shadow-lg"
          >
            <DropdownMenu.Label className="px-2.5 py-1.5">
              <span className="block max-w-64 truncate text-sm font-medium">{person.name}</span>
              {person.email !== null && (
                <span className="block max-w-64 truncate text-xs text-muted">{person.email}</span>
              )}
            </DropdownMenu.Label>
            <DropdownMenu.Separator className="my-1 h-px bg-line" />
            <DropdownMenu.Item asChild>
              <Link href="/organizations" className={ITEM}>
                Organizations
              </Link>
            </DropdownMenu.Item>
            <DropdownMenu.Item asChild>
              <Link href="/account/tokens" className={ITEM}>
                Access tokens
              </Link>
            </DropdownMenu.Item>
            <DropdownMenu.Item className={ITEM} onSelect={() => signOut.current?.requestSubmit()}>
              Sign out
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <form ref={signOut} method="post" action="/auth/sign-out" hidden />
    </>
  );
}
