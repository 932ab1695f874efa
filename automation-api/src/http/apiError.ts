import { ERROR_STATUS, type ErrorBody, type ErrorCode, type FieldIssue } from "@supalove/contracts/api/index.ts";

/** More about one error than its code says. */
export interface ErrorExtras {
  readonly issues?: FieldIssue[];
  readonly sqlstate?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  /** Response headers, such as `Allow` and `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that is an answer: everything in it is meant for the caller's eyes. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly nextStep: string;
  readonly extras: ErrorExtras;

  constructor(code: ErrorCode, message: string, nextStep: string, extras: ErrorExtras = {}) {
    super(message);
    this.code = code;
    this.nextStep = nextStep;
    this.extras = extras;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }

  body(requestId: string): ErrorBody {
    const { headers: _, ...extras } = this.extras;
    return { message: this.message, code: this.code, next_step: this.nextStep, request_id: requestId, ...extras };
  }
}
