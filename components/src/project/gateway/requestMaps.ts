import { type MapEntry, mapBlock } from "./nginxText.ts";

/**
 * What nginx (which chooses a location by the decoded path) and a service (which is sent the raw one) might understand
 * differently: dot segments, backslashes, fragments, control characters, broken percent-encoding, anything outside of
 * printable ASCII. Encoded and double slashes are left alone, as names of storage objects and functions have them.
 */
const AMBIGUOUS_PATH =
  "(?:(?:/|%2f)(?:\\.|%2e){1,2}(?:/|%2f|\\?|$)|[\\\\#]|[^\\x21-\\x7e]|%(?:5c|7f|[01][0-9a-f]|[^0-9a-f]|[0-9a-f][^0-9a-f]|[0-9a-f]?$))";

/** Variables about the request line; everything is read from the raw one, whose encoding must arrive as it was sent. */
export function targetMaps(): string[] {
  return [
    // The only form of the request target that is safe to write down: keys may stand in the query.
    ...mapBlock("$request_uri", "$sl_path", "", [["~^(?<sl_raw_path>[^?]*)", "$sl_raw_path"]]),
    ...mapBlock("$request_method $request_uri", "$sl_refuse_target", "", [
      ["~^(?!(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) )", "method_not_allowed"],
      ["~^[^ ]+ (?!/)", "bad_request_target"],
      [`~*^[^ ]+ [^?]*${AMBIGUOUS_PATH}`, "bad_request_target"],
    ]),
    ...mapBlock("$request_uri", "$sl_query_apikey", "", [
      ["~^[^?]*\\?(?:.*?&)?apikey=(?<sl_query_value>[^&]*)", "$sl_query_value"],
    ]),
    // Two that differ are refused rather than ranked.
    ...mapBlock("$http_apikey $request_uri", "$sl_refuse_apikeys", "", [
      ["~\\?(?:.*?&)?apikey=.*&apikey=", "ambiguous_request"],
      ["~^(?<sl_header_key>[^ ]+) [^?]*\\?(?:.*?&)?apikey=(?!\\k<sl_header_key>(?:&|$))", "ambiguous_request"],
    ]),
    // The target without its apikey: PostgREST would take it for a filter, and other services would log it.
    ...mapBlock("$request_uri", "$sl_target", "$request_uri", [
      ["~^(?<sl_before>[^?]*\\?(?:.*?&)?)apikey=[^&]*&(?<sl_after>.*)$", "$sl_before$sl_after"],
      ["~^(?<sl_alone>[^?]*)\\?apikey=[^&]*$", "$sl_alone"],
      ["~^(?<sl_first>[^?]*\\?.*?)&apikey=[^&]*$", "$sl_first"],
    ]),
  ];
}

/** Variables for the headers that only a gateway may say. */
export function forwardingMaps(ref: string): string[] {
  const prefix: MapEntry = [`~^/projects/${ref}$`, "$http_x_forwarded_prefix"];
  return [
    ...mapBlock("$http_x_request_id", "$sl_request_id", "$request_id", [
      ["~^[A-Za-z0-9][A-Za-z0-9._:-]{7,99}$", "$http_x_request_id"],
    ]),
    // Said by the routing gateway in front. Whoever else says it gets no more than links to this very project.
    ...mapBlock("$http_x_forwarded_prefix", "$sl_front_prefix", "", [prefix]),
    ...mapBlock("$http_x_forwarded_proto", "$sl_proto", "$scheme", [["~^https?$", "$http_x_forwarded_proto"]]),
    ...mapBlock("$http_host", "$sl_host", "$http_host", [["", "$host"]]),
    ...mapBlock("$sl_proto", "$sl_usual_port", "80", [["https", "443"]]),
    ...mapBlock("$http_host", "$sl_port", "$sl_usual_port", [["~:(?<sl_host_port>[0-9]{1,5})$", "$sl_host_port"]]),
    // Others ask for an upgrade to HTTP/2 and live with being ignored.
    ...mapBlock("$http_upgrade", "$sl_upgrade", "", [["~*^websocket$", "websocket"]]),
    ...mapBlock("$sl_upgrade", "$sl_connection", "upgrade", [["", "close"]]),
    // nginx writes 000 for a request it never answered, which is no number in JSON.
    ...mapBlock("$status", "$sl_status", "0", [["~^[1-9]", "$status"]]),
  ];
}
