import type { Person } from "../../../server/session/session.ts";
import { Brand } from "./Brand.tsx";
import { MainNav } from "./MainNav.tsx";
import { ThemeButton } from "./ThemeButton.tsx";
import { UserMenu } from "./UserMenu.tsx";

/** The bar on every page of the console. */
export function TopBar({ person }: { readonly person: Person }) {
  return (
    <header className="sticky top-0 z-30 border-b bg-surface">
      <div className="mx-auto flex h-13 max-w-7xl items-center gap-3 px-4 sm:gap-6">
        <Brand />
        <MainNav />
        <div className="ml-auto flex items-center gap-1">
          <ThemeButton />
          <UserMenu person={person} />
        </div>
      </div>
    </header>
  );
}
