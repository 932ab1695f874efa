/** Why a query was not answered; the internal API turns it into its answer. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  readonly status: number;
  readonly code: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** Place in the query text, counted from 1. */
  readonly position: number | null;

  constructor(
    status: number,
    code: string,
    message: string,
    more: {
      detail?: string | undefined;
      hint?: string | undefined;
      position?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.status = status;
    this.code = code;
    this.detail = more.detail ?? null;
    this.hint = more.hint ?? null;
    this.position = more.position === undefined ? null : Number(more.position);
  }

  get body() {
    const { code, message, detail, hint, position } = this;
    return { code, message, detail, hint, position };
  }
}
