import { instancePorts, reachableHost } from "@supalove/contracts";
import { z } from "zod";
import type { CliContext } from "../context.ts";
import { CliError, messageOf } from "../errors.ts";
import { readStackConfig } from "../instance/stackConfig.ts";
import { RunTokens } from "./runTokens.ts";

const ErrorBody = z.object({ message: z.string(), code: z.string().optional(), next_step: z.string().optional() });

export { segment } from "./segment.ts";

/** The platform's HTTP API, as the person at this terminal. */
export interface ApiClient {
  /** Sends a request and checks the answer's form. @throws CliError with the API's own words for a refusal */
  request<T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T>;
  /** Opens an event stream. @throws CliError as for a request */
  stream(path: string, lastEventId: string | undefined): Promise<ReadableStream<Uint8Array>>;
}

/**
 * Works with an instance's API: with SUPALOVE_ACCESS_TOKEN, else with a token made for this run, which is revoked at its
 * end. Should that fail, the token is good for a short while only.
 */
export async function withApi<T>(context: CliContext, run: (api: ApiClient) => Promise<T>): Promise<T> {
  const { portBase, bindAddress } = await readStackConfig(context.paths.stackConfig);
  const base = `http://${reachableHost(bindAddress)}:${instancePorts(portBase).api}`;
  const { accessToken } = context.config;
  if (accessToken !== undefined) {
    const fixed = async () => accessToken;
    return run(client(context, base, fixed, fixed));
  }
  const tokens = new RunTokens(context, base);
  try {
    return await run(
      client(
        context,
        base,
        () => tokens.current(),
        () => tokens.renew(),
      ),
    );
  } finally {
    await tokens.revoke();
  }
}

/**
 * @param token gives the bearer token
 * @param renew gives the one to try when the first was not accepted: a run may last longer than its token
 */
function client(
  context: CliContext,
  base: string,
  token: () => Promise<string>,
  renew: () => Promise<string>,
): ApiClient {
  const send = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    const attempt = (bearer: string) =>
      fetch(`${base}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        signal: context.signal,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const first = await token();
    let response: Response;
    try {
      response = await attempt(first);
      if (response.status === 401) {
        const second = await renew();
        if (second !== first) response = await attempt(second);
      }
    } catch (error) {
      if (context.signal.aborted) throw new CliError("stopped", undefined, { exitCode: 130 });
      if (error instanceof CliError) throw error;
      throw new CliError(`the API at ${base} does not answer`, "look at ./supalove status", { cause: error });
    }
    if (!response.ok) throw await refusal(response);
    return response;
  };

  return {
    async request(method, path, schema, body) {
      const response = await send(method, path, { accept: "application/json" }, body);
      const text = await response.text();
      try {
        return schema.parse(text === "" ? undefined : JSON.parse(text));
      } catch (error) {
        throw new CliError(
          `${method} ${path} answered in an unknown form: ${whatIsWrong(error)}`,
          "the platform may be of another version than this command: bring it up to date with ./supalove up",
          { cause: error },
        );
      }
    },
    async stream(path, lastEventId) {
      const headers = {
        accept: "text/event-stream",
        ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
      };
      const { body } = await send("GET", path, headers);
      if (body === null) throw new CliError(`GET ${path} answered without a body`);
      return body;
    },
  };
}

/** The first thing that an answer lacks, by its name; what else is wrong follows from the same cause. */
function whatIsWrong(error: unknown): string {
  const [issue] = error instanceof z.ZodError ? error.issues : [];
  if (issue === undefined) return messageOf(error).split("\n", 1)[0] ?? "";
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}

async function refusal(response: Response): Promise<CliError> {
  const text = await response.text();
  let body: z.infer<typeof ErrorBody> | undefined;
  try {
    body = ErrorBody.parse(JSON.parse(text));
  } catch {
    // Not the API's own answer: a proxy's page, or nothing at all.
  }
  if (response.status === 401) {
    return new CliError(
      body?.message ?? "the token is not accepted",
      "unset SUPALOVE_ACCESS_TOKEN, or set a valid one",
    );
  }
  if (body?.code === "invalid_input") {
    return new CliError(
      body.message.replace(/^Invalid input: /, ""),
      "correct it and run this again (--help shows what is taken)",
    );
  }
  if (body?.code === "approval_required") {
    return new CliError(
      `${body.message} (approval_required)`,
      "supalove projects preview, have another member run supalove projects approve, then supalove projects apply",
    );
  }
  const code = body?.code === undefined ? "" : ` (${body.code})`;
  return new CliError(`${body?.message ?? `the API answered ${response.status}`}${code}`, body?.next_step);
}
