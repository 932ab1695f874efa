import { redirect } from "next/navigation";
import { Welcome } from "../features/account/components/Welcome.tsx";
import { currentSession } from "../server/session/currentSession.ts";

/** The front door; also where a sign-out ends. */
export default async function FrontPage() {
  if ((await currentSession()) !== undefined) redirect("/projects");
  return <Welcome />;
}
