"use client";

import { createContext, type ReactNode, useContext } from "react";

/** What pages have to know of this server: its public addresses. None of it is secret. */
export interface ServerFacts {
  readonly instance: string;
  readonly gatewayUrl: string;
  readonly apiUrl: string;
  readonly databaseAddress: string;
}

const Facts = createContext<ServerFacts | undefined>(undefined);

export function useServerFacts(): ServerFacts {
  const facts = useContext(Facts);
  if (facts === undefined) throw new TypeError("outside of the console");
  return facts;
}

export function ServerFactsProvider({
  facts,
  children,
}: {
  readonly facts: ServerFacts;
  readonly children: ReactNode;
}) {
  return <Facts.Provider value={facts}>{children}</Facts.Provider>;
}
