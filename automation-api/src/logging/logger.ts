import { type Logger, pino } from "pino";

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

/** JSON lines on standard output, secrets cut out wherever they may stand up to three levels deep. */
export function createLogger(service: string, level: string): Logger {
  const paths = REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);
  return pino({
    level,
    base: { service },
    redact: { paths, censor: "[redacted]" },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: pino.stdSerializers.err },
  });
}
