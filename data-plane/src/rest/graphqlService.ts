import { GatewayError } from "../errors/gatewayError.ts";
import type { Service } from "../gateway/service.ts";
import type { RestBackend } from "./restService.ts";

const GRAPHQL_SCHEMA = "graphql_public";
const RPC = "/rpc/graphql";

/** `/graphql/v1`: the function `graphql_public.graphql`, called through PostgREST. */
export function graphqlService(backend: RestBackend): Service {
  return {
    name: "graphql",
    prefix: "/graphql/v1",
    isOpen: () => false,
    handle: async (request, res) => {
      if (!request.tenant.config.rest.schemas.includes(GRAPHQL_SCHEMA)) {
        throw new GatewayError("graphql_not_enabled", `The schema ${GRAPHQL_SCHEMA} is not exposed.`);
      }
      if (request.path !== "/") throw new GatewayError("route_not_found", "GraphQL has the one path /graphql/v1.");
      // The client's own profile headers would send the call into another schema.
      const forward = withoutHeaders(request.headers.forward, ["content-profile", "accept-profile"]);
      const headers = { ...request.headers, forward };
      await backend.send({ ...request, headers }, res, RPC + request.search, ["content-profile", GRAPHQL_SCHEMA]);
    },
  };
}

function withoutHeaders(list: readonly string[], names: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < list.length; i += 2) {
    if (!names.includes(list[i] as string)) kept.push(list[i] as string, list[i + 1] as string);
  }
  return kept;
}
