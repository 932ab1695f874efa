import type { ChangeOp, DetailedChange } from "@supalove/contracts/api/previews.ts";
import type { Properties } from "./plannedStep.ts";
import { realmWords } from "./realmWords.ts";
import type { Json } from "./redactor.ts";
import { RESTART_TYPE } from "./restartStep.ts";
import { rotationWords } from "./rotationWords.ts";
import { SETTINGS_TYPE } from "./settingsStep.ts";
import { isStackSetting, stackSettingWords } from "./stackSettingWords.ts";
import { restartWords, stackContainerWords } from "./stackWords.ts";

/** What is put into words: masked and redacted throughout. */
export interface WordedChange {
  readonly type: string;
  readonly name: string;
  readonly op: ChangeOp;
  /** Inputs after the change; before it where the resource goes. */
  readonly inputs: Properties;
  readonly detailed: readonly DetailedChange[];
  readonly act: PlannedAct;
}

/** What changes are part of: the beginning of everything, the end of everything, or something in between. */
export const PLANNED_ACTS = ["create", "change", "delete"] as const;
export type PlannedAct = (typeof PLANNED_ACTS)[number];

/** How changes of one type of resource are told. */
interface TypeWords {
  /** What it is, without an article. */
  readonly noun: string;
  /** Input that names it to people; default the resource's own name. */
  readonly named?: string;
  /** Verb for its creation; default "created". */
  readonly made?: string;
  /** What is lost for good when it is deleted or made anew. Its absence means that no data goes with it. */
  readonly loss?: string;
  /** Sentences in the place of the usual ones. */
  readonly sentences?: Readonly<Partial<Record<ChangeOp, (change: WordedChange) => string[]>>>;
}

/** Longest value that stands in a sentence, and longest finding of a look, which is a sentence itself. */
const MAX_VALUE = 80;
const MAX_FINDING = 400;

/** A value in a sentence. */
export function valueWords(value: Json, longest = MAX_VALUE): string {
  if (value === null) return "nothing";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

const difference = ({ path, before, after }: DetailedChange) => `${path} ${valueWords(before)} -> ${valueWords(after)}`;
const differences = ({ detailed }: WordedChange) => detailed.map(difference).join(", ");
const paths = ({ detailed }: WordedChange) =>
  [...new Set(detailed.map(({ path }) => path.split(/[.[]/)[0]))].join(", ");

/** Whose connections a limit is about. */
const LOGINS: Readonly<Record<string, string>> = {
  owner: "owner",
  authenticator: "REST",
  authAdmin: "auth",
  storageAdmin: "storage",
};

/** Secrets of a project and of the platform by their resource's name. */
const SECRETS: Readonly<Record<string, string>> = {
  "keys-jwt": "the JWT secret, and with it the anon and service_role keys,",
  "keys-opaque": "the publishable and the secret key",
  "db-owner-password": "the database password",
  "db-service-passwords": "the passwords of the services' logins",
  "project-owner-password": "the database password",
  "project-service-passwords": "the passwords of the services' logins",
};

/** A secret's name without the number of its generation, which a rotation puts behind it. */
const withoutGeneration = (name: string) => name.replace(/-\d+$/, "");
const secretName = ({ name }: WordedChange) => SECRETS[withoutGeneration(name)] ?? `the secret ${name}`;
const plural = ({ name }: WordedChange) => {
  const known = withoutGeneration(name);
  return known in SECRETS && !known.endsWith("-owner-password") ? "are" : "is";
};
/** Where the project stays, a secret that goes has a newer one in its place. */
const goingSecret = (change: WordedChange) =>
  change.act === "delete" ? secretName(change) : secretName(change).replace(/^the /, "the old ");

const wasOff = ({ path, before }: DetailedChange) =>
  path.startsWith("drift") ? [`put right: ${valueWords(before, MAX_FINDING)}`] : [];

function rolesUpdate({ detailed }: WordedChange): string[] {
  return detailed.flatMap((change) => {
    const [first, login] = change.path.split(".");
    if (first === "limits") {
      const values = `${valueWords(change.before)} -> ${valueWords(change.after)}`;
      return [`connection limit ${values} (${LOGINS[login ?? ""] ?? login})`];
    }
    if (first === "passwords") return ["the passwords of the project's logins are set anew"];
    if (first === "cluster") return ["the platform's own login to the cluster changes"];
    return change.path.startsWith("drift") ? wasOff(change) : [`the project's logins: ${difference(change)}`];
  });
}

const extension = (path: string) => /^extensions(\[|$)/.test(path);
const names = (value: Json): string[] =>
  Array.isArray(value) ? value.flatMap(names) : value === null ? [] : [valueWords(value)];

function schemaUpdate({ detailed }: WordedChange): string[] {
  return detailed.flatMap((change) => {
    const { path, before, after } = change;
    if (extension(path)) {
      const installed = names(after).map((name) => `the extension ${name} will be installed`);
      const left = names(before).map((name) => `the extension ${name} is no longer asked for; it stays installed`);
      return [...left, ...installed];
    }
    if (path === "schemaVersion") {
      return [`the platform's schemas are brought from version ${valueWords(before)} to ${valueWords(after)}`];
    }
    if (path.startsWith("cluster") || path.startsWith("access")) {
      return ["the platform's own login to the database changes"];
    }
    return path.startsWith("drift") ? wasOff(change) : [`inside the database: ${difference(change)}`];
  });
}

/** The same for the inside of a dedicated project's database. */
function databaseUpdate(change: WordedChange): string[] {
  const passwords = change.detailed.some(({ path }) => path.startsWith("passwords"));
  const detailed = change.detailed.filter(({ path }) => !path.startsWith("passwords"));
  return [
    ...(passwords ? ["the passwords of the database's logins are set anew"] : []),
    ...schemaUpdate({ ...change, detailed }),
  ];
}

const SETTINGS: Readonly<Record<string, string>> = {
  name: "name",
  size: "size",
  databaseQuota: "largest database",
  "limits.requestsPerSecond": "requests per second",
  "limits.concurrency": "requests at once",
  "limits.queue": "waiting requests",
  "limits.restPool": "REST connections",
  "limits.bodyBytes": "bytes in a request",
  "limits.timeoutSeconds": "seconds a request may take",
  "versions.db": "version of Postgres",
  "versions.rest": "version of the REST service",
  "versions.meta": "version of postgres-meta",
  "versions.gateway": "version of the gateway",
};

/** What goes with other versions of images. */
function versionWords(detailed: readonly DetailedChange[]): string[] {
  const changed = new Set(detailed.map(({ path }) => path).filter((path) => path.startsWith("versions.")));
  return [
    ...(changed.has("versions.db")
      ? ["a backup of the database is made and tested first; it is kept for some days"]
      : []),
    ...(changed.size > 0 ? ["what does not become healthy with its new version is taken back by itself"] : []),
  ];
}

function settingsUpdate({ detailed, inputs }: WordedChange): string[] {
  const others = detailed.filter(
    (change) => !/^(keys|passwords|paused)\b/.test(change.path) && !isStackSetting(change),
  );
  return [
    ...pauseWords(detailed, inputs["plan"] === "shared"),
    ...rotationWords(detailed),
    ...others.map(
      ({ path, before, after }) => `${SETTINGS[path] ?? path} ${valueWords(before)} -> ${valueWords(after)}`,
    ),
    ...stackSettingWords(detailed),
    ...versionWords(detailed),
  ];
}

/** What a pause or its end means for whoever uses the project. */
function pauseWords(detailed: readonly DetailedChange[], shared: boolean): string[] {
  const paused = detailed.find(({ path }) => path === "paused")?.after;
  if (paused === undefined) return [];
  if (paused !== true) {
    const logins = shared ? ["its database lets its logins in again"] : [];
    return ["the project comes back: its requests are answered again", ...logins];
  }
  const logins = shared ? ["its database lets nobody in, and whoever is connected is sent away"] : [];
  return [
    "the project is paused: its requests are refused (503 project_paused) until it is resumed",
    ...logins,
    "its data, its keys and its URL stay",
  ];
}

/**
 * Every type of resource that the platform and the projects are made of. A type that is not here is told by its own name and
 * counts as one without data.
 */
const TYPES: Readonly<Record<string, TypeWords>> = {
  [SETTINGS_TYPE]: {
    noun: "project",
    named: "name",
    sentences: {
      create: ({ inputs }) => [
        `the project "${valueWords(inputs["name"] ?? null)}" will be created (${valueWords(inputs["plan"] ?? null)} plan, size ${valueWords(inputs["size"] ?? null)})`,
      ],
      update: settingsUpdate,
      delete: ({ inputs }) => [
        `the project "${valueWords(inputs["name"] ?? null)}" is deleted: its URL and its keys stop working`,
      ],
    },
  },
  [RESTART_TYPE]: { noun: "restart", sentences: { update: (change) => restartWords(change) } },
  "postgresql:index/database:Database": { noun: "database", named: "name", loss: "all its data is lost" },
  "supalove:cluster:TenantRoles": {
    noun: "logins of the project",
    sentences: {
      create: ({ inputs }) => [`the project's database logins will be created${limitWords(inputs["limits"])}`],
      update: rolesUpdate,
      replace: () => ["the project's database logins are made anew"],
      delete: () => ["the project's database logins are deleted"],
    },
  },
  "supalove:cluster:TenantSchema": {
    noun: "inside of the database",
    sentences: {
      create: ({ inputs }) => [
        "the schemas auth, storage and realtime will be set up",
        ...names(inputs["extensions"] ?? null).map((name) => `the extension ${name} will be installed`),
      ],
      update: schemaUpdate,
      replace: () => ["what the platform keeps inside the database is set up anew"],
      delete: () => ["everybody who is connected to the database is sent away"],
    },
  },
  "supalove:project:Database": {
    noun: "inside of the database",
    sentences: {
      create: ({ inputs, act }) =>
        act === "create"
          ? [
              "the roles and passwords of the database will be set up",
              ...names(inputs["extensions"] ?? null).map((name) => `the extension ${name} will be installed`),
            ]
          : ["the roles, passwords and extensions of the database are checked, and set where they differ"],
      update: databaseUpdate,
      replace: () => ["the roles and passwords of the database are set up anew"],
      delete: ({ act }) => [
        act === "delete"
          ? "the roles and passwords in the database go with it"
          : "the roles, passwords and extensions of the database stay as they are",
      ],
    },
  },
  "supalove:project:Network": {
    noun: "network",
    named: "name",
    loss: "everything that is connected to it is cut off",
    sentences: { update: ({ detailed }) => detailed.flatMap(wasOff) },
  },
  "docker:index/volume:Volume": { noun: "volume", named: "name", loss: "everything stored in it is lost" },
  "docker:index/network:Network": {
    noun: "network",
    named: "name",
    loss: "everything that is connected to it is cut off",
  },
  "keycloak:index/realm:Realm": {
    noun: "realm",
    named: "realm",
    loss: "all its accounts are lost",
    sentences: { update: (change) => realmWords(change.detailed, named(change), difference) },
  },
  "docker:index/container:Container": {
    noun: "container",
    named: "name",
    made: "started",
    sentences: {
      create: (change) => stackContainerWords(change) ?? [],
      update: (change) => stackContainerWords(change) ?? [],
      replace: (change) =>
        stackContainerWords(change) ?? [
          `the container ${named(change)} is restarted with new settings (${paths(change)}); what is in its volumes stays`,
        ],
      delete: (change) =>
        stackContainerWords(change) ?? [`the container ${named(change)} is removed; what is in its volumes stays`],
    },
  },
  "docker:index/remoteImage:RemoteImage": {
    noun: "image",
    named: "name",
    made: "taken",
    sentences: {
      replace: (change) => [`the image becomes ${named(change)}`],
      delete: (change) => [`the image ${named(change)} is no longer used`],
    },
  },
  "docker:index/service:Service": { noun: "service", named: "name", made: "started" },
  "postgresql:index/role:Role": { noun: "database role", named: "name" },
  "postgresql:index/extension:Extension": { noun: "extension", named: "name", made: "installed" },
  "postgresql:index/schema:Schema": { noun: "schema", named: "name", loss: "everything in it is lost" },
  "postgresql:index/grant:Grant": { noun: "grant", made: "given" },
  "keycloak:index/user:User": { noun: "account", named: "username" },
  "keycloak:index/role:Role": { noun: "sign-in role", named: "name" },
  "keycloak:openid/client:Client": { noun: "sign-in client", named: "clientId" },
  "keycloak:index/genericRoleMapper:GenericRoleMapper": { noun: "role that sign-in tokens carry" },
  "keycloak:index/userRoles:UserRoles": { noun: "set of an account's roles" },
  "keycloak:openid/audienceProtocolMapper:AudienceProtocolMapper": { noun: "audience of sign-in tokens" },
  "random:index/randomPassword:RandomPassword": {
    noun: "secret",
    sentences: {
      create: (change) => [`${secretName(change)} will be generated`],
      replace: (change) => [
        `${secretName(change)} ${plural(change)} generated anew: what was made with the old one stops working`,
      ],
      delete: (change) => [`${goingSecret(change)} ${plural(change)} forgotten`],
    },
  },
  "supalove:cluster:TenantTemplate": {
    noun: "template of new databases",
    sentences: {
      create: () => ["the template of new databases will be created"],
      update: (change) => [`the template of new databases is brought up to date (${paths(change)})`],
      delete: () => ["the template of new databases is deleted"],
    },
  },
};

function limitWords(limits: Json | undefined): string {
  if (typeof limits !== "object" || limits === null || Array.isArray(limits)) return "";
  const parts = Object.entries(limits).map(([login, limit]) => `${LOGINS[login] ?? login} ${valueWords(limit)}`);
  return ` (connections: ${parts.join(", ")})`;
}

/** Words for a type that nobody wrote any for: the last word of its token. */
const typeWords = (type: string): TypeWords => TYPES[type] ?? { noun: type.split(":").at(-1) ?? type };

function named(change: WordedChange): string {
  const name = change.inputs[typeWords(change.type).named ?? ""];
  return typeof name === "string" ? valueWords(name) : change.name;
}

/** True when data is lost for good by this. A container that is made anew keeps its volumes: that is a restart. */
export function isDestructive({ type, op }: Pick<WordedChange, "type" | "op">): boolean {
  return (op === "delete" || op === "replace") && typeWords(type).loss !== undefined;
}

/** Where a type stands in a list of changes: what matters most to people comes first. */
export function typeRank(type: string): number {
  const at = Object.keys(TYPES).indexOf(type);
  return at < 0 ? Number.MAX_SAFE_INTEGER : at;
}

/** What a change means, as a person would say it: one or more sentences. */
export function changeSentences(change: WordedChange): string[] {
  const { noun, made = "created", loss, sentences } = typeWords(change.type);
  const own = sentences?.[change.op]?.(change) ?? [];
  if (own.length > 0) return own;
  const what = `${noun} ${named(change)}`;
  const lost = loss === undefined ? "" : `: ${loss}`;
  switch (change.op) {
    case "create":
      return [`${article(noun)} ${noun} will be ${made} (${named(change)})`];
    case "update":
      return [`the ${what} is changed: ${differences(change)}`];
    case "replace":
      return [`the ${what} is deleted and made anew (${paths(change)})${lost}`];
    case "delete":
      return [`the ${what} is deleted${lost}`];
  }
}

const article = (noun: string) => (/^[aeiou]/i.test(noun) ? "an" : "a");
