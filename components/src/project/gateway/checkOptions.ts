import { GatewayConfError } from "./gatewayConfError.ts";
import { GATEWAY_SERVICES, type GatewayConfOptions, type GatewayUpstream } from "./gatewayOptions.ts";

const REF = /^[a-z]{20}$/;
/** Container names and host names: letters at the ends, nothing nginx's parser gives a meaning to. */
export const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?$/;
const MAX_TIMEOUT_SECONDS = 86_400;

export const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

const isCount = (value: number, max: number) => Number.isSafeInteger(value) && value >= 1 && value <= max;

/**
 * Asserts what the configuration is written from. The options come checked; this is the second lock, so that a text can't
 * become a directive even if a check elsewhere is forgotten.
 * @throws GatewayConfError
 */
export function checkOptions(options: GatewayConfOptions): void {
  if (!REF.test(options.ref)) throw new GatewayConfError("ref", "must be 20 lower-case letters");
  for (const name of GATEWAY_SERVICES) {
    const upstream: GatewayUpstream | null = options.services[name];
    if (upstream === null) continue;
    if (!HOST_NAME.test(upstream.host)) throw new GatewayConfError(`services.${name}.host`, "must be a host name");
    if (!isPort(upstream.port)) throw new GatewayConfError(`services.${name}.port`, "must be a port");
  }
  const { bodyBytes, timeoutSeconds } = options.limits;
  // Zero would mean "no limit" to nginx.
  if (!isCount(bodyBytes, Number.MAX_SAFE_INTEGER)) {
    throw new GatewayConfError("limits.bodyBytes", "must be a positive whole number");
  }
  if (!isCount(timeoutSeconds, MAX_TIMEOUT_SECONDS)) {
    throw new GatewayConfError("limits.timeoutSeconds", `must be a whole number from 1 to ${MAX_TIMEOUT_SECONDS}`);
  }
}
