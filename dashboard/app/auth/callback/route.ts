import type { NextRequest } from "next/server";
import { completeLogin } from "../../../features/account/server/completeLogin.ts";

/** Where the identity provider sends the browser back to. */
export const GET = (request: NextRequest): Promise<Response> => completeLogin(request);
