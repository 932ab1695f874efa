import { z } from "zod";

/** A private IPv4 network with room for the gateways of dedicated projects, as `10.213.4.0/22`. */
export const Subnet = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,3}){3}\/(1[6-9]|2[0-6])$/, "a network such as 10.213.4.0/22, of /16 to /26")
  .refine(isNetwork, "not the first address of a private network");
export type Subnet = z.infer<typeof Subnet>;

const PRIVATE: readonly (readonly [first: number, bits: number])[] = [
  [toNumber("10.0.0.0"), 8],
  [toNumber("172.16.0.0"), 12],
  [toNumber("192.168.0.0"), 16],
];

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

const toAddress = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");

function parts(subnet: string): { first: number; bits: number; size: number } {
  const [address = "", length = ""] = subnet.split("/");
  const bits = Number(length);
  return { first: toNumber(address), bits, size: 2 ** (32 - bits) };
}

function isNetwork(subnet: string): boolean {
  const { first, bits, size } = parts(subnet);
  if (
    subnet
      .split(/[./]/)
      .slice(0, 4)
      .some((part) => Number(part) > 255) ||
    first % size !== 0
  )
    return false;
  return PRIVATE.some(
    ([start, length]) => bits >= length && Math.floor(first / 2 ** (32 - length)) === start / 2 ** (32 - length),
  );
}

/** The address at a place of a network, counted from its first. */
export const addressIn = (subnet: string, place: number): string => toAddress(parts(subnet).first + place);

/** The second half of a network. */
export function upperHalf(subnet: string): string {
  const { first, bits, size } = parts(subnet);
  return `${toAddress(first + size / 2)}/${bits + 1}`;
}

/** Whether two networks have an address in common. */
export function overlaps(a: string, b: string): boolean {
  const [one, other] = [parts(a), parts(b)];
  return one.first < other.first + other.size && other.first < one.first + one.size;
}
