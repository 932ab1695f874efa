import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SECRET_MASK } from "@supalove/contracts/api/previews.ts";
import { describe, expect, it } from "vitest";
import { plannedChanges } from "./plannedChanges.ts";
import { deletionSteps, type PlannedStep, type StateResource } from "./plannedStep.ts";
import { encodings, Redactor } from "./redactor.ts";
import { secretsIn } from "./stateSecrets.ts";

/** Real stacks, as the engine wrote them: what they are made of is what previews are about. */
const STACKS = ["stacks", "infra"].flatMap((workspace) => {
  const folder = join(import.meta.dirname, "../../..", workspace, "golden");
  return readdirSync(folder).map((file) => join(folder, file));
});

interface State {
  readonly deployment: { readonly resources: readonly StateResource[] };
}

/** Secrets that are planted, and rounds in which each place gets another one of them: a platform has thousands of places. */
const SECRETS = 12;
const ROUNDS = 3;

/** A stack whose secrets are its own, unlike those of a state that is kept for everybody to read. */
function stackWithSecrets(file: string): { resources: readonly StateResource[]; secrets: string[] } {
  const state = JSON.parse(readFileSync(file, "utf8"), (key, value: unknown) => {
    if (key !== "plaintext" || typeof value !== "string") return value;
    const length = value.length;
    return JSON.stringify(`a "secret" of ${length}: ${randomBytes(18).toString("base64")}`);
  }) as State;
  const secrets = secretsIn(state.deployment).filter((secret) => typeof secret === "string");
  return { resources: state.deployment.resources, secrets: [...new Set(secrets)].slice(0, SECRETS) };
}

type Holder = Record<string | number, unknown>;

/** Every place in a value where a text, a number or a switch stands. */
function places(value: unknown, holder: Holder, key: string | number): { holder: Holder; key: string | number }[] {
  if (typeof value !== "object" || value === null) return [{ holder, key }];
  return Object.entries(value).flatMap(([name, child]) => places(child, value as Holder, name));
}

/** The step as the engine would tell it for a change of everything, and for a creation. */
function otherSteps(step: PlannedStep): PlannedStep[] {
  const newInputs = step.oldInputs;
  const differences = Object.keys({ ...step.oldInputs, ...step.oldOutputs }).map((path) => ({
    path,
    kind: "update",
    inputs: path in step.oldInputs,
  }));
  return [
    { ...step, op: "create", newInputs, oldInputs: {}, oldOutputs: {} },
    { ...step, op: "update", newInputs: {}, differences },
    { ...step, op: "replace", newInputs, oldInputs: {}, differences },
  ];
}

describe.each(STACKS)("every secret of %s", (file) => {
  it("stays hidden in every place of every resource, whatever happens to it", { timeout: 60_000 }, () => {
    const { resources, secrets } = stackWithSecrets(file);
    expect(secrets.length).toBeGreaterThan(3);
    const forms = secrets.flatMap(encodings);
    const redactor = new Redactor();
    for (const secret of secrets) redactor.add(secret);
    for (const resource of resources.filter(({ custom }) => custom)) {
      for (let round = 0; round < ROUNDS; round++) {
        const copy = structuredClone(resource) as StateResource & Holder;
        const found = ["inputs", "outputs"].flatMap((key) => places(copy[key], copy, key));
        for (const [at, { holder, key }] of found.entries()) {
          holder[key] = `text ${secrets[(at + round) % secrets.length]} text`;
        }
        const [deletion] = deletionSteps([copy]) as [PlannedStep];
        const changes = plannedChanges([deletion, ...otherSteps(deletion)], redactor);
        // Connections are in no plan at all; everything else shows masks where secrets stood.
        if (changes.length > 0 && found.length > 0) expect(JSON.stringify(changes)).toContain(SECRET_MASK);
        const text = JSON.stringify(changes);
        expect(forms.filter((form) => text.includes(form))).toEqual([]);
      }
    }
  });
});
