import type { ApiKey } from "@supalove/contracts/api/index.ts";
import type { Services } from "../api/services.ts";
import { atOneMoment } from "../database/atOneMoment.ts";
import { openProjectSecrets } from "../secrets/openProjectSecrets.ts";
import { keyGenerations } from "./keyGenerations.ts";
import type { LoadedProject } from "./loadProject.ts";

/** Characters of a secret key that are shown; what comes before is the same for every key of its kind. */
const SHOWN = { service_role_key: 6, secret_key: "sb_secret_".length + 5 } as const;

const NAMES = ["anon_key", "service_role_key", "publishable_key", "secret_key"] as const;

const mask = (key: string, shown: number) => `${key.slice(0, shown)}${"·".repeat(16)}`;

/**
 * A project's keys in the Management API's form. `anon` and publishable keys are made to be public and always shown. Keys from
 * before a rotation are not among them: clients look for theirs by name, and would find two.
 * @throws ApiError `project_not_ready` until the project's stack was up once
 */
export async function apiKeys(services: Services, project: LoadedProject, reveal: boolean): Promise<ApiKey[]> {
  // A rotation that ends in between would have its keys shown with the time of those before them.
  const { row, keys } = await atOneMoment(services.database, async (tx) => ({
    row: await tx.project.findUniqueOrThrow({ where: { ref: project.ref } }),
    keys: await openProjectSecrets({ ...services, database: tx }, project, NAMES),
  }));
  const secret = (name: keyof typeof SHOWN) => (reveal ? keys[name] : mask(keys[name], SHOWN[name]));
  const { issuedAt } = keyGenerations(row);
  const at = new Date(issuedAt * 1000).toISOString();
  const times = { inserted_at: at, updated_at: at };
  return [
    {
      id: "anon",
      name: "anon",
      type: "legacy",
      api_key: keys.anon_key,
      prefix: null,
      description: "For browsers and apps; row level security decides",
      ...times,
    },
    {
      id: "service_role",
      name: "service_role",
      type: "legacy",
      api_key: secret("service_role_key"),
      prefix: null,
      description: "For servers only: passes row level security",
      ...times,
    },
    {
      id: "publishable",
      name: "default",
      type: "publishable",
      api_key: keys.publishable_key,
      prefix: "sb_publishable_",
      description: "For browsers and apps; row level security decides",
      ...times,
    },
    {
      id: "secret",
      name: "default",
      type: "secret",
      api_key: secret("secret_key"),
      prefix: "sb_secret_",
      description: "For servers only: passes row level security",
      ...times,
    },
  ];
}
