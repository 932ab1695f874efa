/** Something the person at the terminal can act on: one clear sentence, and what to do next. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly nextStep: string | undefined;
  readonly exitCode: number;

  /**
   * @param message what is wrong, one sentence
   * @param nextStep what to do about it
   */
  constructor(message: string, nextStep?: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, { cause: options.cause });
    this.nextStep = nextStep;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Text of a thrown value, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** System error code (`ENOENT`, ...) of a thrown value, if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** What the terminal shows for an error: its sentence and next step; a stack only for what nobody foresaw. */
export function renderError(error: unknown, verbose: boolean): string {
  if (error instanceof CliError) {
    const lines = [`supalove: ${error.message}`];
    if (error.nextStep !== undefined) lines.push(`  next step: ${error.nextStep}`);
    if (verbose && error.cause !== undefined) lines.push(`  cause: ${messageOf(error.cause)}`);
    return lines.join("\n");
  }
  const detail = error instanceof Error && verbose ? (error.stack ?? error.message) : messageOf(error);
  return `supalove: unexpected error: ${detail}${verbose ? "" : "\n  next step: run it again with SUPALOVE_DEBUG=1 to see where it comes from"}`;
}
