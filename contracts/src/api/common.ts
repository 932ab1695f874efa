import { z } from "zod";

/** RFC 3339 in UTC. */
export const Timestamp = z.iso.datetime();

/** A name people gave: shown as written, one line, without control characters. */
export const DisplayName = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(64, "must not be longer than 64 characters")
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, "must be one line without control characters");

/** Folds what people take for the same name: letter case, and the ways Unicode has to write one character. */
export const nameKey = (name: string) => name.normalize("NFKC").toLowerCase();

/** Organization id; also its slug. */
export const OrganizationId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, "an organization id is lower-case letters, digits and '-'");

export const OperationId = z.string().regex(/^op_[0-9a-z]{24}$/, "an operation id is `op_` and 24 letters or digits");

export const PreviewId = z.string().regex(/^prv_[0-9a-z]{24}$/, "a preview id is `prv_` and 24 letters or digits");

export const BackupId = z.string().regex(/^bak_[0-9a-z]{24}$/, "a backup id is `bak_` and 24 letters or digits");

export const AccessTokenId = z.string().regex(/^pat_[0-9a-z]{24}$/, "a token id is `pat_` and 24 letters or digits");

/** Stands for what somebody was shown. */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "a digest is `sha256:` and 64 hexadecimal digits");

/** Header that makes a request safe to repeat. */
export const IdempotencyKeyHeader = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "an idempotency key is 1 to 255 printable characters without blanks");

/** `true` or `false` in a query string. */
export const QueryFlag = z.enum(["true", "false"]).transform((text) => text === "true");
