import { examinePlatform } from "../../../features/platform/server/examinePlatform.ts";
import { failure } from "../../../server/api/failure.ts";
import { currentSession } from "../../../server/session/currentSession.ts";

/** How the platform is, for people who are signed in. */
export async function GET(): Promise<Response> {
  if ((await currentSession()) === undefined) return failure("signed_out");
  return Response.json(await examinePlatform(), { headers: { "cache-control": "no-store" } });
}
