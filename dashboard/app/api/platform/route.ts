import { reportPlatform } from "../../../features/platform/server/reportPlatform.ts";
import { failure } from "../../../server/api/failure.ts";
import { currentSession } from "../../../server/session/currentSession.ts";

/** How the platform is, for people who are signed in. */
export async function GET(): Promise<Response> {
  if ((await currentSession()) === undefined) return failure("signed_out");
  return Response.json(await reportPlatform(), { headers: { "cache-control": "no-store" } });
}
