/** How one thing stands. `missing` is what the set-up gets by itself, `problem` what a person has to mend. */
export interface Finding {
  readonly name: string;
  readonly state: "ok" | "missing" | "problem";
  readonly detail: string;
  readonly nextStep?: string;
}
