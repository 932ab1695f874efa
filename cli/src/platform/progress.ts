import type { DiagnosticEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { elapsed } from "../terminal.ts";

/** What a URN says: the resource's name, its type's last word and the package that the type comes from. */
export function nameOfUrn(urn: string): { readonly module: string; readonly type: string; readonly name: string } {
  const [, , types = "", name = ""] = urn.split("::");
  const words = (types.split("$").at(-1) ?? "").split(":");
  return { module: words[0] ?? "", type: words.at(-1) ?? "", name };
}

const DONE: Readonly<Partial<Record<OpType, string>>> = {
  create: "created",
  "create-replacement": "created anew",
  update: "changed",
  delete: "deleted",
  "delete-replaced": "old one deleted",
  refresh: "looked at",
  import: "taken over",
  read: "read",
};

/** Steps that are part of another one that is reported, or that say nothing to a person. */
const SILENT: ReadonlySet<string> = new Set(["same", "replace", "refresh", "read", "read-replacement", "discard"]);

type Step = Pick<StepEventMetadata, "urn" | "op">;

/** The parts of an engine's event that a follower looks at. */
export interface FollowedEvent {
  readonly resourcePreEvent?: { readonly metadata: Step } | undefined;
  readonly resOutputsEvent?: { readonly metadata: Step } | undefined;
  readonly resOpFailedEvent?: { readonly metadata: Step } | undefined;
  readonly diagnosticEvent?: Pick<DiagnosticEvent, "urn" | "message" | "severity"> | undefined;
}

/** Follows a run of the engine and tells what became of each resource. */
export class ProgressFollower {
  readonly #started = performance.now();
  readonly #begun = new Map<string, number>();
  readonly #say: (line: string) => void;
  readonly #errors: { readonly urn: string | undefined; readonly message: string }[] = [];
  #changed = 0;

  /** @param say receives each line */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Resources that were changed so far. */
  get changed(): number {
    return this.#changed;
  }

  /** Errors the engine or a resource reported. */
  get errors(): readonly { readonly urn: string | undefined; readonly message: string }[] {
    return this.#errors;
  }

  /** Takes the next event of the engine. */
  take(event: FollowedEvent): void {
    if (event.resourcePreEvent !== undefined) this.#begin(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent !== undefined) this.#end(event.resOutputsEvent.metadata);
    if (event.resOpFailedEvent !== undefined) this.#fail(event.resOpFailedEvent.metadata);
    const diagnostic = event.diagnosticEvent;
    if (diagnostic?.severity === "error") {
      this.#errors.push({
        urn: diagnostic.urn === "" ? undefined : diagnostic.urn,
        message: plain(diagnostic.message),
      });
    }
  }

  #line(text: string): void {
    this.#say(`[${elapsed(performance.now() - this.#started).padStart(9)}] ${text}`);
  }

  #begin({ urn, op }: Step): void {
    this.#begun.set(`${op} ${urn}`, performance.now());
  }

  #end({ urn, op }: Step): void {
    const { type, name, module } = nameOfUrn(urn);
    if (SILENT.has(op) || module === "pulumi") return;
    this.#changed += 1;
    const begun = this.#begun.get(`${op} ${urn}`);
    const took = begun === undefined ? "" : ` (${elapsed(performance.now() - begun)})`;
    this.#line(`${type} ${name} ${DONE[op] ?? op}${took}`);
  }

  #fail({ urn, op }: Step): void {
    const { type, name } = nameOfUrn(urn);
    this.#line(`${type} ${name}: ${op} failed`);
  }
}

/** An engine message without its colour marks and terminal codes. */
export function plain(message: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal codes begin with this character
  return message.replace(/<\{%[^%]*%\}>/g, "").replace(/\u001b\[[0-9;]*m/g, "");
}
