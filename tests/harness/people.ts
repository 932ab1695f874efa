import { randomBytes } from "node:crypto";
import { type Answer, api } from "./api.ts";
import { signUp } from "./keycloakLogin.ts";
import type { Operation } from "./operations.ts";
import { platform } from "./platform.ts";
import { sleepUntil } from "./sleepUntil.ts";

/** Somebody who has an account, and how they call the API. */
export interface Person {
  readonly email: string;
  /** A personal access token once they have been at the API, an access token of the identity provider before. */
  token: string;
  call<T = Record<string, unknown>>(path: string, body?: unknown, method?: string): Promise<Answer<T>>;
  /** Goes to the API for the first time, and has a token of their own from then on. */
  arrive(): Promise<void>;
  /** Waits until an operation that they may see has ended. */
  ended(operationId: unknown): Promise<Operation>;
}

/** Signs somebody up at the identity provider; the platform has not seen them before they arrive. */
export async function newPerson(name: string): Promise<Person> {
  const { urls } = await platform();
  const username = `${name}-${randomBytes(5).toString("hex")}`;
  const email = `${username}@example.org`;
  const account = { username, email, password: "a long enough password 1" };
  const { access_token } = await signUp({ issuer: `${urls.keycloak}/realms/supalove` }, account);
  const person: Person = {
    email,
    token: access_token,
    call: (path, body, method) =>
      api(path, {
        token: person.token,
        ...(body === undefined ? {} : { body }),
        ...(method === undefined ? {} : { method }),
      }),
    async arrive() {
      const made = await person.call<{ token: string }>("/v1/access-tokens", { name: "test", expires_in: 3600 });
      if (made.status !== 201) throw new Error(`no token: ${JSON.stringify(made.body)}`);
      person.token = made.body.token;
    },
    ended: (operationId) =>
      sleepUntil(
        `operation ${operationId} to end`,
        async () => {
          const { body } = await person.call<unknown>(`/v1/operations/${operationId}`);
          const operation = body as Operation;
          return ["succeeded", "failed", "cancelled"].includes(operation.status) ? operation : undefined;
        },
        120,
      ),
  };
  return person;
}
