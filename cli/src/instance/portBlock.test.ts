import { instancePorts, PORT_BLOCK } from "@supalove/contracts";
import { describe, expect, it } from "vitest";
import { choosePortBlock, FIRST_BLOCK, portBlocks, servicePorts } from "./portBlock.ts";

const allFree = async () => true;

describe("choosePortBlock", () => {
  it("takes the first block when everything is free", async () => {
    expect(await choosePortBlock(new Set(), allFree)).toBe(FIRST_BLOCK);
  });

  it("leaves out blocks of other instances, running or not", async () => {
    expect(await choosePortBlock(new Set([FIRST_BLOCK]), allFree)).toBe(FIRST_BLOCK + PORT_BLOCK);
  });

  it("leaves out a block when one of its service ports is in use", async () => {
    const used = instancePorts(FIRST_BLOCK).gateway;
    expect(await choosePortBlock(new Set(), async (port) => port !== used)).toBe(FIRST_BLOCK + PORT_BLOCK);
  });

  it("says so when no block is left", async () => {
    expect(await choosePortBlock(new Set(portBlocks()), allFree)).toBeUndefined();
    expect(await choosePortBlock(new Set(), async () => false)).toBeUndefined();
  });

  it("never leaves the range below the outgoing ports, and blocks don't overlap", () => {
    const blocks = portBlocks();
    for (const [i, base] of blocks.entries()) {
      const all = servicePorts(instancePorts(base));
      expect(Math.max(...all, base + PORT_BLOCK - 1)).toBeLessThan(32_768);
      expect(base - (blocks[i - 1] ?? base - PORT_BLOCK)).toBe(PORT_BLOCK);
    }
  });
});

describe("servicePorts", () => {
  it("leaves out the range of dedicated projects", () => {
    expect(servicePorts(instancePorts())).not.toContain(instancePorts().dedicatedFrom);
    expect(servicePorts(instancePorts())).toContain(8000);
  });
});
