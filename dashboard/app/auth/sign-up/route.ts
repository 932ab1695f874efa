import type { NextRequest } from "next/server";
import { beginLogin } from "../../../features/account/server/beginLogin.ts";

/** Sends the browser to the identity provider's form for a new account. */
export const GET = (request: NextRequest): Promise<Response> => beginLogin(request, true);
