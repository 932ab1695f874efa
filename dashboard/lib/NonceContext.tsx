"use client";

import { createContext, type ReactNode, useContext, useEffect } from "react";

const Nonce = createContext("");

/** Nonce of this page's policy, for what adds style sheets while it runs. */
export const useNonce = () => useContext(Nonce);

export function NonceProvider({ nonce, children }: { readonly nonce: string; readonly children: ReactNode }) {
  useEffect(() => {
    // Where the dialogs' scroll lock looks for it, as it takes none from its user (theKashey/get-nonce).
    (globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;
  }, [nonce]);
  return <Nonce.Provider value={nonce}>{children}</Nonce.Provider>;
}
