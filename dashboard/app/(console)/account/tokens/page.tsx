import type { Metadata } from "next";
import { AccessTokens } from "../../../../features/account/components/AccessTokens.tsx";

export const metadata: Metadata = { title: "Access tokens" };

export default function AccessTokensPage() {
  return <AccessTokens />;
}
