/** Properties as they travel between engine and provider: plain JSON. */
export type Properties = Readonly<Record<string, unknown>>;

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

export interface Difference {
  /** Path of the property, as `migrations.auth` or `drift[0]`. */
  readonly path: string;
  readonly kind: "add" | "update" | "delete";
  /** True when the resource must be made anew. */
  readonly replace?: boolean;
}

export interface State {
  readonly id: string;
  readonly outputs: Properties;
  /** Inputs that would lead to this state; only `read` gives them. */
  readonly inputs?: Properties;
}

/**
 * One resource type of our provider. The engine guarantees the order (check before create and update, diff before
 * update); a handler keeps no state of its own between calls.
 */
export interface ResourceHandler {
  /** Validates wished inputs and adds what follows from the program's version. */
  check(inputs: Properties): Checked;
  /** What differs between the state last known and the checked inputs; an empty list means nothing to do. */
  diff(outputs: Properties, inputs: Properties): readonly Difference[];
  create(inputs: Properties): Promise<State>;
  /** Looks at the real thing; undefined when it is gone. */
  read(id: string, outputs: Properties): Promise<State | undefined>;
  update(id: string, outputs: Properties, inputs: Properties): Promise<Properties>;
  delete(id: string, outputs: Properties): Promise<void>;
}

/** Stands for a value that is not known yet during a preview (fixed by the engine's protocol). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** True where any value inside is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasUnknown);
  return false;
}
