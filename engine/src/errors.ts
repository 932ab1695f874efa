/** The engine could not be obtained; the message ends with the next step. */
export class EngineError extends Error {
  override readonly name: string = "EngineError";
}

/** Go, which builds the engine where downloads are blocked, is missing or too old. */
export class GoMissingError extends EngineError {
  override readonly name = "GoMissingError";
}
