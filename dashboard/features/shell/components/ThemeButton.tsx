"use client";

import { Button } from "../../../ui/Button.tsx";
import { ThemeIcon } from "../../../ui/icons.tsx";

const YEAR = 365 * 24 * 3600;

/** Turns light into dark and back. Kept in a cookie, so that the server's first answer looks right already. */
export function ThemeButton() {
  const toggle = () => {
    const root = document.documentElement;
    const dark =
      root.dataset["theme"] === "dark" ||
      (root.dataset["theme"] === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
    const theme = dark ? "light" : "dark";
    root.dataset["theme"] = theme;
    // biome-ignore lint/suspicious/noDocumentCookie: the cookie store API is not in every browser
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
  };
  return (
    <Button tone="quiet" onClick={toggle} aria-label="Switch between light and dark" className="px-2">
      <ThemeIcon />
    </Button>
  );
}
