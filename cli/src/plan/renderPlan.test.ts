import { describe, expect, it } from "vitest";
import { type Paint, renderPlan } from "./renderPlan.ts";

const plain: Paint = (_style, text) => text;

describe("renderPlan", () => {
  it("says it when nothing changes", () => expect(renderPlan([], plain)).toBe("no change"));

  it("shows words, values that differ and what is lost, and counts", () => {
    const rendered = renderPlan(
      [
        { op: "create", destructive: false, summary: "a login will be created\nit is new", detailed: [] },
        {
          op: "update",
          destructive: false,
          summary: "connection limit 10 -> 20 (owner)",
          detailed: [{ path: "limits.owner", before: 10, after: 20, kind: "update" }],
        },
        { op: "delete", destructive: true, summary: "the database x is deleted: all its data is lost", detailed: [] },
      ],
      plain,
    );
    expect(rendered.split("\n")).toEqual([
      "+ a login will be created",
      "  it is new",
      "~ connection limit 10 -> 20 (owner)",
      "      limits.owner: 10 -> 20",
      "- the database x is deleted: all its data is lost  [data is lost for good]",
      "1 to create, 1 to change, 1 to delete; 1 of them loses data",
    ]);
  });

  it("paints by what happens, losses above all", () => {
    const styles: string[] = [];
    renderPlan([{ op: "delete", destructive: true, summary: "x", detailed: [] }], (style, text) => {
      styles.push(style);
      return text;
    });
    expect(styles).toEqual(["loss", "delete", "loss"]);
  });

  it("keeps long values and line breaks out of a line", () => {
    const detailed = [{ path: "files", before: "a\nb", after: "x".repeat(500), kind: "update" as const }];
    const rendered = renderPlan([{ op: "update", destructive: false, summary: "s", detailed }], plain);
    expect(rendered).toContain("files: a b -> ");
    expect(Math.max(...rendered.split("\n").map((line) => line.length))).toBeLessThan(140);
  });
});
