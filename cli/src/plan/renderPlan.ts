import { styleText } from "node:util";
import { type ChangeOp, type DetailedChange, NO_CHANGE, type PlannedChange } from "@supalove/contracts/api/index.ts";

/** How a piece of text is shown. */
export type Style = "create" | "update" | "replace" | "delete" | "loss" | "detail";
export type Paint = (style: Style, text: string) => string;

const COLOURS = {
  create: "green",
  update: "yellow",
  replace: "magenta",
  delete: "red",
  loss: ["red", "bold"],
  detail: "dim",
} as const satisfies Record<Style, Parameters<typeof styleText>[0]>;

/** Colours where the standard output shows them. */
export const terminalPaint: Paint = (style, text) => styleText(COLOURS[style], text, { stream: process.stdout });

const SIGNS: Readonly<Record<ChangeOp, string>> = { create: "+", update: "~", replace: "±", delete: "-" };
const WORDS: readonly (readonly [ChangeOp, string])[] = [
  ["create", "to create"],
  ["update", "to change"],
  ["replace", "to replace"],
  ["delete", "to delete"],
];

/** Longest value that is shown in a line. */
const MAX_VALUE = 60;

type Shown = Pick<PlannedChange, "op" | "destructive" | "summary" | "detailed">;

/** A plan for people: each change in plain words, with the values that differ, and a last line that counts. */
export function renderPlan(changes: readonly Shown[], paint: Paint): string {
  return [...changes.flatMap((change) => changeLines(change, paint)), countLine(changes, paint)].join("\n");
}

function changeLines({ op, destructive, summary, detailed }: Shown, paint: Paint): string[] {
  const [first = "", ...more] = summary.split("\n");
  const mark = destructive ? paint("loss", "  [data is lost for good]") : "";
  // Of what comes into being the words say what there is to know.
  const details = op === "create" ? [] : detailed.map((detail) => paint("detail", `      ${detailLine(detail)}`));
  return [`${paint(op, SIGNS[op])} ${first}${mark}`, ...more.map((line) => `  ${line}`), ...details];
}

function detailLine({ path, before, after }: DetailedChange): string {
  return `${path}: ${value(before)} -> ${value(after)}`;
}

function value(json: DetailedChange["before"]): string {
  if (json === null) return "(nothing)";
  const text = (typeof json === "string" ? json : JSON.stringify(json)).replaceAll(/\s+/g, " ");
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

function countLine(changes: readonly Shown[], paint: Paint): string {
  const counts = WORDS.map(([op, words]) => [changes.filter((change) => change.op === op).length, words] as const);
  const parts = counts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  if (parts.length === 0) return NO_CHANGE;
  const lost = changes.filter(({ destructive }) => destructive).length;
  const loss = lost === 0 ? "" : paint("loss", `; ${lost} of them ${lost === 1 ? "loses" : "lose"} data`);
  return `${parts.join(", ")}${loss}`;
}
