import { destination, type Logger as PinoLogger, pino } from "pino";

export type Logger = PinoLogger;

/**
 * The service's logger: JSON lines on standard output, written in blocks because a line per request is on the hot path.
 * Nobody logs a request's headers or query string, so there is nothing to redact.
 */
export function createLogger(level: string): { log: Logger; flush: () => void } {
  const stream = destination({ dest: 1, sync: false, minLength: 4_096 });
  // Blocks are held back at most this long, so that `logs -f` stays usable.
  const timer = setInterval(() => stream.flush(), 1_000).unref();
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return {
    log,
    flush: () => {
      clearInterval(timer);
      stream.flushSync();
    },
  };
}

/** A logger that says nothing, for tests. */
export const silentLogger = (): Logger => pino({ level: "silent" });
