import { relay } from "../../../../server/api/relay.ts";

interface Context {
  readonly params: Promise<{ readonly path: readonly string[] }>;
}

const handle = async (request: Request, { params }: Context): Promise<Response> => relay(request, (await params).path);

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST };
