import { createHash } from "node:crypto";
import { addressIn, overlaps } from "@supalove/contracts";

/** Where subnets for dedicated projects are taken from: apart from what Docker gives out by itself. */
const POOL = "10.213.0.0/16";
const SUBNETS = 64;
const PLACES = 65_536 / SUBNETS;

/** All subnets that may be given to an instance, beginning with the one that its name leads to. */
export function subnetsFor(instance: string): readonly string[] {
  const start = createHash("sha256").update(instance).digest().readUInt16BE(0) % SUBNETS;
  return Array.from({ length: SUBNETS }, (_, index) => `${addressIn(POOL, ((start + index) % SUBNETS) * PLACES)}/22`);
}

/**
 * The first subnet that nothing else uses.
 * @param taken networks of Docker, of other instances, and those that the host has routes to
 * @returns undefined when all are in use
 */
export function chooseSubnet(instance: string, taken: readonly string[]): string | undefined {
  return subnetsFor(instance).find((subnet) => !taken.some((other) => overlaps(subnet, other)));
}

/** Networks that the host has routes to, but for the default route, out of `/proc/net/route`. */
export function routedNetworks(table: string): readonly string[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, destination, , , , , , mask] = line.split(/\s+/);
      if (destination === undefined || mask === undefined) return [];
      const bits = [...(mask.match(/../g) ?? [])].reduce((sum, byte) => sum + ones(Number.parseInt(byte, 16)), 0);
      const address = (destination.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16));
      return bits === 0 ? [] : [`${address.join(".")}/${bits}`];
    });
}

const ones = (byte: number) => byte.toString(2).replaceAll("0", "").length;
