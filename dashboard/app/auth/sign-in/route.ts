import type { NextRequest } from "next/server";
import { beginLogin } from "../../../features/account/server/beginLogin.ts";

/** Sends the browser to the identity provider's login form; whoever is signed in there comes straight back. */
export const GET = (request: NextRequest): Promise<Response> => beginLogin(request, false);
