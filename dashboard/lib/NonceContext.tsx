"use client";

import { createContext, type ReactNode, useContext } from "react";

const Nonce = createContext("");

/** Nonce of this page's policy, for what adds style sheets while it runs. */
export const useNonce = () => useContext(Nonce);

export function NonceProvider({ nonce, children }: { readonly nonce: string; readonly children: ReactNode }) {
  return <Nonce.Provider value={nonce}>{children}</Nonce.Provider>;
}
