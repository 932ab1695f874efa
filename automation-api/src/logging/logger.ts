import { hideUrlPasswords } from "@supalove/components/preview/hideUrlPasswords.ts";
import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

/** Header and field names whose values never reach a log. */
const REDACTED = [
  "authorization",
  "cookie",
  "apikey",
  "password",
  "db_pass",
  "jwt_secret",
  "anon_key",
  "service_role_key",
  "token",
  "connectionString",
];

/**
 * JSON lines on standard output, secrets cut out wherever they may stand up to three levels deep; passwords of URLs out of
 * whatever an error says.
 * @param stream where else the lines go
 */
export function createLogger(service: string, level: string, stream?: DestinationStream): Logger {
  const paths = REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);
  const options: LoggerOptions = {
    level,
    base: { service },
    redact: { paths, censor: "[redacted]" },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  };
  return stream === undefined ? pino(options) : pino(options, stream);
}

/** Programs that are given a URL print it when they can't reach it, and their errors say what they printed. */
function describeError(error: Error): unknown {
  const described: unknown = pino.stdSerializers.err(error);
  if (typeof described !== "object" || described === null) return described;
  const hidden = Object.entries(described).map(([key, value]: [string, unknown]) => [
    key,
    typeof value === "string" ? hideUrlPasswords(value) : value,
  ]);
  return Object.fromEntries(hidden);
}
