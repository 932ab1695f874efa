import { dehydrate, HydrationBoundary, QueryClient, type QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { dashboardEnv } from "../env.ts";
import { requireSession } from "../session/currentSession.ts";
import { tokenKeeper } from "../session/keeper.ts";
import { findRelayRoute } from "./relayRoutes.ts";

/** A query of the page, and where its answer comes from. */
export interface Preload {
  readonly queryKey: QueryKey;
  /** Below `/v1`, with a query where it has one. */
  readonly path: string;
}

/** Longest that a page waits for its data; then it comes without and asks by itself. */
const PATIENCE_MS = 1_500;

/**
 * Asks the API for what a page will ask for anyway, so that the first answer holds it. What can't be had is left out: the
 * page then asks itself, and says what is wrong.
 */
export async function Preloaded({
  preloads,
  children,
}: {
  readonly preloads: readonly Preload[];
  readonly children: ReactNode;
}) {
  const client = new QueryClient();
  const session = await requireSession();
  const token = await tokenKeeper()
    .fresh(session)
    .then(({ accessToken }) => accessToken)
    .catch(() => undefined);
  if (token !== undefined) {
    await Promise.all(
      preloads.map(async ({ queryKey, path }) => {
        const data = await load(path, token);
        if (data !== undefined) client.setQueryData(queryKey, data);
      }),
    );
  }
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>;
}

async function load(path: string, accessToken: string): Promise<unknown> {
  const url = new URL(`/v1/${path}`, dashboardEnv().API_URL);
  const route = findRelayRoute("GET", url.pathname.split("/").slice(2));
  if (route === undefined || typeof route.answer === "string") return undefined;
  try {
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${accessToken}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: "error",
      cache: "no-store",
    });
    return answer.ok ? route.answer.safeParse(await answer.json()).data : undefined;
  } catch {
    return undefined;
  }
}
