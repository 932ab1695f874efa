import type { DetailedChange } from "@supalove/contracts/api/previews.ts";
import type { Json } from "./redactor.ts";

/** Switches of the realm that an operator may set: what each means when it is on, and when it is off. */
const SWITCHES: Readonly<Record<string, { readonly on: string; readonly off: string }>> = {
  registrationAllowed: {
    on: "people may make accounts for themselves",
    off: "people may no longer make accounts for themselves",
  },
  verifyEmail: {
    on: "a new account has to prove its e-mail address",
    off: "a new account need not prove its e-mail address any more",
  },
  resetPasswordAllowed: {
    on: "people can have their password reset by mail",
    off: "people can no longer have their password reset by mail",
  },
};
const MAIL = "smtpServer";

/**
 * What other settings of the identity provider's realm mean to people.
 * @param difference words for one property that changes
 * @param name the realm's
 */
export function realmWords(
  detailed: readonly DetailedChange[],
  name: string,
  difference: (change: DetailedChange) => string,
): string[] {
  const list = (changes: readonly DetailedChange[]) => changes.map(difference).join(", ");
  const switched = detailed.flatMap(({ path, after }) => {
    const words = SWITCHES[path];
    return words === undefined ? [] : [after === true ? words.on : words.off];
  });
  const whole = detailed.find(({ path }) => path === MAIL);
  const inMail = detailed
    .filter(({ path }) => path.startsWith(`${MAIL}.`))
    .map((change) => ({ ...change, path: change.path.slice(MAIL.length + 1) }));
  const others = detailed.filter(({ path }) => !(path in SWITCHES) && path.split(".")[0] !== MAIL);
  return [
    ...switched,
    ...(whole === undefined ? [] : [mailWords(whole.after)]),
    ...(inMail.length === 0 ? [] : [`the mail server is changed: ${list(inMail)}`]),
    ...(others.length === 0 ? [] : [`the realm ${name} is changed: ${list(others)}`]),
  ];
}

function mailWords(server: Json): string {
  if (server === null) return "no mail is sent any more";
  if (typeof server !== "object" || Array.isArray(server)) return "the mail server is changed";
  const { host = "", port = "", from = "" } = server;
  return `mail is sent by ${String(host)}, port ${String(port)}, as ${String(from)}`;
}
