/** A command of an image build failed; the log holds the rest. */
export class BuildStepError extends Error {
  override readonly name = "BuildStepError";
  /** File with the whole output. */
  readonly logFile: string;
  /** Last lines of the output. */
  readonly tail: readonly string[];

  constructor(what: string, logFile: string, tail: readonly string[], cause?: unknown) {
    super(`${what} failed; see ${logFile}${tail.length > 0 ? `\n${tail.join("\n")}` : ""}`, { cause });
    this.logFile = logFile;
    this.tail = tail;
  }
}

/** Something the host must have for building is missing; the message says what to do. */
export class BuildRequirementError extends Error {
  override readonly name = "BuildRequirementError";
}

/** No Debian mirror could be found on this host. */
export class DebianMirrorError extends Error {
  override readonly name = "DebianMirrorError";
}

/** One or more images failed to build; those that could be built are there. */
export class ImagesFailedError extends AggregateError {
  override readonly name = "ImagesFailedError";
  /** Names of the images that are missing now. */
  readonly images: readonly string[];

  constructor(failures: ReadonlyMap<string, Error>, skipped: readonly string[]) {
    const lines = [...failures].map(([image, error]) => `${image}: ${error.message}`);
    if (skipped.length > 0) lines.push(`not started because of that: ${skipped.join(", ")}`);
    super(
      [...failures.values()],
      `images failed to build\n${lines.join("\n")}\nFinished images are kept; run it again to go on.`,
    );
    this.images = [...failures.keys(), ...skipped];
  }
}
