import { CliError } from "../errors.ts";
import { nameOfUrn, plain } from "./progress.ts";

/** An error that the engine reported, with the resource it belongs to where it named one. */
export interface EngineError {
  readonly urn: string | undefined;
  readonly message: string;
}

interface Rule {
  readonly pattern: RegExp;
  readonly message: (match: RegExpExecArray) => string;
  readonly nextStep: string;
}

/** What goes wrong with a base stack, in the engine's and the plugins' words, and in ours. The first that fits counts. */
const RULES: readonly Rule[] = [
  {
    pattern: /(?:Bind for |listen tcp4? )([\d.]+):(\d+)[^\n]*(?:port is already allocated|address already in use)/,
    message: (m) => `port ${m[2]} on ${m[1]} is in use by another program`,
    nextStep: "end that program, or choose other ports: pulumi config set supalove:portBase, or --instance NAME",
  },
  {
    pattern:
      /(?:No such image|pull access denied for|manifest (?:for )?\S* ?(?:unknown|not found)|Unable to (?:find|read|pull)[^\n]*image)[: ]*([^\s,]*)/i,
    message: (m) => `the container image ${m[1] || "of a service"} is missing`,
    nextStep: "run ./supalove setup, it builds the images that are missing",
  },
  {
    pattern:
      /cannot connect to the docker daemon|error pinging docker server|docker\.sock: connect: (?:connection refused|no such file)/i,
    message: () => "the Docker engine does not answer",
    nextStep: "run ./supalove setup, it starts the engine, then run this again",
  },
  {
    pattern: /no space left on device/i,
    message: () => "the disk is full",
    nextStep: "free some space (docker system prune removes what nothing uses), then run this again",
  },
  {
    pattern: /container name "\/?([^"]+)" is already in use/,
    message: (m) => `there is a container ${m[1]} that this stack does not know`,
    nextStep: "look at it, remove it with docker rm, and run this again",
  },
  {
    pattern: /the stack is currently locked by|ConcurrentUpdateError|\[409\] Conflict: Another update/i,
    message: () => "another update of this stack is running",
    nextStep: "wait for it to end; one that was killed is cleared by the next ./supalove up",
  },
  {
    pattern: /incorrect passphrase|passphrase must be set/i,
    message: () => "the passphrase of this instance does not open its state",
    nextStep: "restore the instance's file `passphrase` from a backup",
  },
  {
    pattern: /no resource plugin 'pulumi-resource-([^']+)'|failed to load plugin[^\n]*resource[- ]([a-z]+)/i,
    message: (m) => `the engine's plugin ${m[1] ?? m[2] ?? ""} is missing`,
    nextStep: "run ./supalove setup",
  },
  {
    pattern:
      /container (?:\S+ )?(?:is unhealthy|failed to be in healthy state|exited immediately|did not become healthy|didn't become healthy)|waiting for container[^\n]*(?:unhealthy|timed? ?out|timeout)/i,
    message: () => "a container was started but does not become healthy",
    nextStep: "read its log with ./supalove logs SERVICE",
  },
  {
    pattern: /password authentication failed for user "([^"]+)"/,
    message: (m) => `the database refuses the password of ${m[1]}`,
    nextStep:
      "the state and the data volume do not belong together: restore both, or ./supalove destroy and start anew",
  },
  {
    pattern: /(?:dial tcp|connect)[^\n]*?(?:127\.0\.0\.1|localhost):(\d+)[^\n]*connection refused/,
    message: (m) => `nothing answers on port ${m[1]} yet`,
    nextStep: "look at ./supalove status and ./supalove logs, then run this again",
  },
  {
    pattern:
      /cannot be (?:deleted|replaced)\s*because it is protected|is protected and cannot be|marked for protection/i,
    message: () => "the change would delete protected data",
    nextStep: "nothing was done; protected data goes only with ./supalove destroy",
  },
  {
    pattern: /the stack's configuration can't be used:\s*([^\n]+)/,
    message: (m) => `a setting is wrong: ${m[1]}`,
    nextStep: 'correct it with pulumi config set (after eval "$(./supalove env)"), then run this again',
  },
];

/**
 * One sentence and a next step for a failed run of the engine.
 * @param reported errors as the engine reported them, in order
 * @param thrown what the Automation API threw, used when nothing was reported
 */
export function translateEngineError(reported: readonly EngineError[], thrown: string): CliError {
  // The stack's own message only says that something failed; what matters is what the resources say.
  const telling = reported.filter(
    ({ message }) => !/^(?:update failed|preview failed|resource .* failed)$/i.test(message.trim()),
  );
  const candidates = [...telling, { urn: undefined, message: plain(thrown) }];
  for (const rule of RULES) {
    for (const { urn, message } of candidates) {
      const match = rule.pattern.exec(message);
      if (match !== null) return new CliError(`${where(urn)}${rule.message(match)}`, rule.nextStep, { cause: thrown });
    }
  }
  const first = telling[0] ?? { urn: undefined, message: errorLine(plain(thrown)) };
  return new CliError(
    `${where(first.urn)}${shorten(first.message)}`,
    "look at the log named above; run this again once the cause is mended",
    { cause: thrown },
  );
}

function where(urn: string | undefined): string {
  if (urn === undefined) return "";
  const { type, name } = nameOfUrn(urn);
  return type === "Stack" ? "" : `${type} ${name}: `;
}

function errorLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.find((line) => /^error:/i.test(line)) ?? lines.find((line) => line !== "") ?? "unknown reason";
}

function shorten(message: string): string {
  const lines = message
    .trim()
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("at "));
  return lines.slice(0, 3).join(" ").slice(0, 600);
}
