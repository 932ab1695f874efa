import type { OperationError } from "@supalove/contracts";
import type { Diagnostic } from "./normaliseEvent.ts";

/** What is known of a failed run of the engine. */
export interface EngineFailure {
  readonly diagnostics: readonly Diagnostic[];
  /** URN of the first resource that failed. */
  readonly failedUrn: string | undefined;
  /** What the call of the engine threw; used where the engine said nothing. */
  readonly thrown: string;
}

interface Words {
  readonly message: string;
  readonly nextStep: string;
}

interface Translation extends Words {
  readonly code: string;
  /** Its group `words`, where it has one, is all of the engine's words that people are shown. */
  readonly pattern: RegExp;
  /** For a dedicated project, whose database is its own. */
  readonly dedicated?: Words;
}

/** In the URN of everything of a dedicated project. */
const DEDICATED = "supalove:project:DedicatedProject";

/** The first that fits is taken, so the more particular stand first. */
const TRANSLATIONS: readonly Translation[] = [
  {
    code: "stack_locked",
    pattern: /stack is currently locked by|another update is currently in progress/i,
    message: "Another run holds this project's stack.",
    nextStep: "Wait for it to end and try again.",
  },
  {
    code: "stack_missing",
    pattern: /no stack named/i,
    message: "Of the project there is no stack to look at.",
    nextStep: "Restore the project, which makes it, or delete it.",
  },
  {
    code: "wrong_passphrase",
    pattern: /incorrect passphrase|passphrase must be set/i,
    message: "The passphrase of the project stacks does not fit their state.",
    nextStep: "Put back the passphrase the state was written with; a recovery key holds it.",
  },
  {
    code: "plugin_missing",
    pattern:
      /no (resource )?plugin .* found|could not (find|load) plugin|failed to (load|download) plugin|unable to find plugin/i,
    message: "A provider plugin of the engine is missing.",
    nextStep: "Run `./supalove setup`, which brings the engine and its plugins.",
  },
  {
    code: "disk_full",
    pattern: /no space left on device|could not extend file|disk full/i,
    message: "The disk is full.",
    nextStep: "Free space on the server, then restore the project; `./supalove doctor` shows what there is.",
  },
  {
    code: "gateway_config_invalid",
    // Behind it stands the program's stack trace.
    pattern: /GatewayConfError: (?<words>[^\n]{1,300})/,
    message: "The project's gateway can't be configured like this.",
    nextStep: "Change what the message names, which may be one of the project's extra routes, and try again.",
  },
  {
    code: "database_not_running",
    pattern:
      /the project's database in \S+ does not come up|the container \S+ of the project's database does not run|there is no container \S+-db\b/i,
    message: "The project's database does not run.",
    nextStep:
      "Restore the project, which starts what is missing. If Postgres ends again, take back the size or the Postgres settings that were changed last; its container's log says why.",
  },
  {
    code: "extension_unavailable",
    pattern: /could not open extension control file|extension "[^"]+" is not available/i,
    message: "An extension is not in the image of the shared cluster.",
    nextStep: "Leave the extension out, or use an image set that has it.",
    dedicated: {
      message: "An extension is not in the image of the project's Postgres.",
      nextStep: "Leave the extension out, or upgrade the project to a version of Postgres that has it.",
    },
  },
  {
    code: "template_missing",
    pattern: /template database "[^"]+" does not exist/i,
    message: "The template that tenant databases are copied from is missing.",
    nextStep: "Run `./supalove up`, which makes it.",
  },
  {
    code: "template_busy",
    pattern: /source database "[^"]+" is being accessed by other users/i,
    message: "The template that tenant databases are copied from is in use.",
    nextStep: "Try again in a moment.",
  },
  {
    code: "cluster_login_refused",
    pattern: /password authentication failed|no pg_hba\.conf entry|does not take the password of/i,
    message: "The login to the shared cluster was refused.",
    nextStep: "Run `./supalove up`, which sets the platform's passwords again.",
    dedicated: {
      message: "The project's database refused the platform's own login.",
      nextStep:
        "Its superuser has another password by now: who runs the platform can set it back inside its container.",
    },
  },
  {
    code: "cluster_full",
    pattern: /too many (clients|connections)|remaining connection slots/i,
    message: "The shared cluster has no connection left.",
    nextStep: "Try again in a moment; pause projects that are not needed.",
    dedicated: {
      message: "The project's database has no connection left.",
      nextStep: "Close connections that are not needed, then try again; `max_connections` or a larger size gives more.",
    },
  },
  {
    code: "docker_unreachable",
    pattern: /cannot connect to the docker daemon|error during connect.*docker/i,
    message: "The server's container engine does not answer.",
    nextStep: "Start it, then try again; `./supalove doctor` checks it.",
  },
  {
    code: "port_in_use",
    pattern: /port is already allocated|address already in use/i,
    message: "A port that the project needs is in use.",
    nextStep: "Free the port, then try again.",
  },
  {
    code: "network_missing",
    pattern: /network \S+ not found/i,
    message: "A network that the project needs is gone.",
    nextStep: "Repair the project, or run `./supalove up --all`: both look at what is there and make what is missing.",
  },
  {
    code: "image_missing",
    pattern: /no such image|manifest unknown|pull access denied|unable to (pull|find) image/i,
    message: "An image that the project needs is missing.",
    nextStep: "Run `./supalove setup`, which brings the images.",
  },
  {
    code: "already_exists",
    pattern: /already exists/i,
    message: "Something of the same name is there already, left by an earlier attempt.",
    nextStep: "Delete the project, which removes what is left, and create it again.",
  },
  {
    code: "protected",
    pattern: /cannot be deleted.*protect|resource .* is protected|marked for protection/i,
    message: "The run would delete protected data and was stopped.",
    nextStep: "Nothing was deleted. Only deleting the project itself removes its data.",
  },
  {
    code: "newer_schema",
    pattern: /updated by a newer version of the platform/i,
    message: "The project's database was updated by a newer version of the platform.",
    nextStep: "Run that version of the platform.",
  },
  {
    code: "cluster_unreachable",
    pattern:
      /connection refused|ECONNREFUSED|no such host|ENOTFOUND|EAI_AGAIN|i\/o timeout|ETIMEDOUT|timeout expired|connection reset|ECONNRESET|terminating connection|unexpected EOF|connection terminated unexpectedly|server closed the connection|bad connection|the database system is (starting up|shutting down|in recovery|not yet accepting)/i,
    message: "A database did not answer.",
    nextStep: "Check with `./supalove status` that all parts run, then try again.",
  },
];

/** Words of the engine that say no more than that something failed. */
const EMPTY_WORDS = /^(update failed|preview failed|resource .* failed|error: update failed)$/i;

/** Longest piece of the engine's own words that is passed on. */
const MAX_REASON = 500;

/**
 * What failed, in which resource, and what to do. The one place that knows the engine's language; the texts it is given
 * have been redacted.
 */
export function translateError({ diagnostics, failedUrn, thrown }: EngineFailure): OperationError {
  const said = diagnostics.filter(({ severity, message }) => severity === "error" && !EMPTY_WORDS.test(message));
  const reason = said.find(({ urn }) => urn === failedUrn && urn !== undefined) ?? said[0];
  const text = reason?.message ?? thrown;
  const urn = failedUrn ?? reason?.urn;
  const resource = urn === undefined || urn === "" ? undefined : resourceName(urn);
  const all = [text, ...said.map((d) => d.message)].join("\n");
  const found = TRANSLATIONS.find(({ pattern }) => pattern.test(all));
  const quoted = found?.pattern.exec(all)?.groups?.["words"] ?? shorten(text);
  const words = urn?.includes(DEDICATED) === true ? (found?.dedicated ?? found) : found;
  return {
    code: found?.code ?? "engine_failed",
    message: words ? `${words.message} (${quoted})` : `The change could not be made: ${quoted}`,
    ...(resource === undefined ? {} : { resource }),
    next_step: words?.nextStep ?? "Read the operation's events; try again, or delete the project and create it anew.",
  };
}

/** `supalove:cluster:TenantSchema db-schema` out of a URN. */
export function resourceName(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1)} ${name}`.trim();
}

/** First lines of the engine's words, without its own frame around a provider's message. */
function shorten(text: string): string {
  const line = text
    .split("\n")
    .map((part) => part.trim())
    .filter((part) => part !== "" && !/^\d+ errors? occurred:?$/i.test(part))
    .map((part) => part.replace(/^\* /, ""))
    .join(" ");
  return line.length > MAX_REASON ? `${line.slice(0, MAX_REASON)}…` : line;
}

/** Lines of an error of the CLI that say what is wrong; its frame and its output are left out. */
export function summaryOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const telling = message.split("\n").filter((line) => /error:|locked|failed|refused/i.test(line));
  return (telling.length > 0 ? telling : message.split("\n").slice(0, 3)).join("\n");
}
