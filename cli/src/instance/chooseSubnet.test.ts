import { Subnet } from "@supalove/contracts";
import { describe, expect, it } from "vitest";
import { chooseSubnet, routedNetworks, subnetsFor } from "./chooseSubnet.ts";

describe("chooseSubnet", () => {
  it("offers each instance all of them, in an order of its own", () => {
    const all = subnetsFor("supalove");
    expect(new Set(all).size).toBe(64);
    expect([...subnetsFor("other")].sort()).toEqual([...all].sort());
    for (const subnet of all) expect(Subnet.safeParse(subnet).success).toBe(true);
  });

  it("takes none that anything else uses", () => {
    const [first = "", second = ""] = subnetsFor("supalove");
    expect(chooseSubnet("supalove", [])).toBe(first);
    expect(chooseSubnet("supalove", ["192.168.0.0/16", first])).toBe(second);
    expect(chooseSubnet("supalove", ["10.0.0.0/8"])).toBeUndefined();
  });

  it("reads the host's routes", () => {
    const table = [
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
      "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0",
      "eth0\t0000D50A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
      "",
    ].join("\n");
    expect(routedNetworks(table)).toEqual(["10.213.0.0/16"]);
  });
});
