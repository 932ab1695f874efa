import { expect, it } from "vitest";
import { bytesText } from "./bytesText.ts";

it("says bytes as people read them", () => {
  expect(bytesText(12_000)).toBe("12 KiB");
  expect(bytesText(5_000_000)).toBe("5 MiB");
  expect(bytesText(805306368)).toBe("768 MiB");
  expect(bytesText(1610612736)).toBe("1.5 GiB");
});
