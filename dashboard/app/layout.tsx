import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { readTheme } from "../features/shell/theme.ts";
import { NonceProvider } from "../lib/NonceContext.tsx";
import { NONCE_HEADER } from "../server/http/requestHeaders.ts";

export const metadata: Metadata = {
  title: { default: "Supalove", template: "%s · Supalove" },
  description: "Many Supabase projects on your own servers",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const theme = readTheme((await cookies()).get("theme")?.value);
  const nonce = (await headers()).get(NONCE_HEADER) ?? "";
  return (
    <html lang="en" data-theme={theme} suppressHydrationWarning>
      <body className="font-sans">
        <NonceProvider nonce={nonce}>{children}</NonceProvider>
      </body>
    </html>
  );
}
