import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DEDICATED_EXTENSIONS, FORBIDDEN_EXTENSIONS, SHARED_EXTENSIONS } from "./extensions.ts";

const file = new URL("../../../docs/compatibility.md", import.meta.url);

/** Lines of the table below `## Extensions`, cell by cell. */
const [head = [], , ...rows] = (readFileSync(file, "utf8").split("\n## Extensions\n")[1] ?? "")
  .split("\n## ")[0]
  ?.split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  ) ?? [[]];

const column = (title: string) => {
  const at = head.indexOf(title);
  return new Map(
    rows.flatMap((cells) =>
      [...(cells[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => [name, cells[at] ?? ""] as const),
    ),
  );
};
/** Names whose cell begins like this. */
const those = (title: string, begins: RegExp) =>
  [...column(title)].flatMap(([name, cell]) => (begins.test(cell) ? [name] : [])).sort();

describe("the parity table of docs/compatibility.md", () => {
  it("has a column for the shared plan and one for each image set", () => {
    expect(head).toEqual([
      "extension",
      "shared plan, both sets",
      "dedicated, local set",
      "dedicated, upstream set",
      "instead",
    ]);
  });

  it("names no extension twice", () => {
    const named = rows.flatMap((cells) => [...(cells[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(named.filter((name, at) => named.indexOf(name) !== at)).toEqual([]);
  });

  it("offers on the shared plan what the platform offers, and refuses what it refuses", () => {
    expect(those("shared plan, both sets", /^(always there|on wish)/)).toEqual([...SHARED_EXTENSIONS].sort());
    expect(those("shared plan, both sets", /^refused/)).toEqual(Object.keys(FORBIDDEN_EXTENSIONS).sort());
  });

  it("offers on the dedicated plan what the local image's check lets through", () => {
    expect(those("dedicated, local set", /^on wish/)).toEqual([...DEDICATED_EXTENSIONS].sort());
  });

  it("leaves no cell of the plans open", () => {
    for (const title of head.slice(1, 4)) expect(those(title, /^$/)).toEqual([]);
  });
});
