import type { ReactNode } from "react";
import { TopBar } from "../../features/shell/components/TopBar.tsx";
import { QueryProvider } from "../../lib/QueryProvider.tsx";
import { ServerFactsProvider } from "../../lib/ServerFacts.tsx";
import { dashboardEnv } from "../../server/env.ts";
import { requireSession } from "../../server/session/currentSession.ts";

/** Everything behind the login. */
export default async function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  const { name, email } = await requireSession();
  const env = dashboardEnv();
  const facts = {
    instance: env.SUPALOVE_INSTANCE,
    gatewayUrl: env.PUBLIC_GATEWAY_URL,
    apiUrl: env.PUBLIC_API_URL,
    databaseAddress: env.PUBLIC_DATABASE_ADDRESS,
  };
  return (
    <QueryProvider>
      <ServerFactsProvider facts={facts}>
        <a
          href="#content"
          className="sr-only focus:not-sr-only focus:absolute focus:left-4 focus:top-3 focus:z-50 focus:rounded-md focus:bg-surface focus:px-3 focus:py-1.5"
        >
          Skip to content
        </a>
        <TopBar person={{ name, email }} />
        <main id="content" tabIndex={-1} className="mx-auto max-w-7xl px-4 py-6 outline-none">
          {children}
        </main>
      </ServerFactsProvider>
    </QueryProvider>
  );
}
