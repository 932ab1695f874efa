import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressIn, overlaps, Subnet, upperHalf } from "./subnet.ts";

describe("a subnet", () => {
  it.each(["10.213.4.0/22", "172.16.0.0/16", "192.168.7.0/24"])("%s is one", (text) => {
    expect(Subnet.safeParse(text).success).toBe(true);
  });

  it.each([
    "10.213.4.1/22",
    "8.8.8.0/24",
    "169.254.0.0/16",
    "10.0.0.0/8",
    "10.1.1.0/30",
    "300.1.1.0/24",
    "x",
    "10.1.1.0",
  ])("%s is none", (text) => {
    expect(Subnet.safeParse(text).success).toBe(false);
  });

  it("has places and halves", () => {
    expect(addressIn("10.213.4.0/22", 2)).toBe("10.213.4.2");
    expect(addressIn("10.213.4.0/22", 513)).toBe("10.213.6.1");
    expect(upperHalf("10.213.4.0/22")).toBe("10.213.6.0/23");
  });

  it("overlaps with itself and its halves, and not with its neighbour", () => {
    const place = fc.integer({ min: 0, max: 16_000 });
    fc.assert(
      fc.property(place, (index) => {
        const subnet = `${addressIn("10.0.0.0/8", index * 1024)}/22`;
        const next = `${addressIn("10.0.0.0/8", (index + 1) * 1024)}/22`;
        expect([overlaps(subnet, subnet), overlaps(subnet, upperHalf(subnet)), overlaps(subnet, next)]).toEqual([
          true,
          true,
          false,
        ]);
      }),
    );
  });
});
