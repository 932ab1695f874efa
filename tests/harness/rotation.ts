import { api, type LiveProject, liveProject } from "./api.ts";
import { askServer } from "./askServer.ts";
import { succeeded } from "./operations.ts";
import { instance } from "./platform.ts";
import { docker } from "./stack.ts";

/** A project with one row, which lets everybody read it and people with a session count. */
export const ROTATED_SQL = `create table public.kept (id int); insert into public.kept values (1);
  alter table public.kept enable row level security;
  create policy "all read" on public.kept for select using (true);`;

export const KEY_NAMES = ["anonKey", "serviceRoleKey", "publishableKey", "secretKey"] as const;

/** Changes a project by an operation that succeeds, and reads it and its keys anew. */
export async function change(ref: string, body: object): Promise<LiveProject> {
  await succeeded(`/v1/projects/${ref}`, { method: "PATCH", body });
  return liveProject(ref);
}

/** As if a project's overlap were over: its time is moved in the control plane's own table, which the runner looks at. */
export const endOverlapByTime = (ref: string) =>
  askServer(
    "control-db",
    "supalove",
    `update projects set key_generations = jsonb_set(key_generations, '{previous,until}', '1') where ref = '${ref}'`,
  );

/** The address of a dedicated project's own gateway, on the server. */
export async function ownUrl(ref: string): Promise<string> {
  const port = /127\.0\.0\.1:(\d+)/.exec(await docker("port", `${instance}-${ref}-gateway`, "8080"))?.[1];
  return `http://127.0.0.1:${port}`;
}

/** What the REST service answers to credentials. */
export async function restStatus(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const answer = await fetch(`${url}/rest/v1/kept?select=id`, { headers, signal: AbortSignal.timeout(20_000) });
  await answer.body?.cancel();
  return answer.status;
}

/** The connection string of a project's own login. */
export async function connectionString(ref: string): Promise<string> {
  const path = `/v1/projects/${ref}/database/connection?reveal=true`;
  return (await api<{ connection_string: string }>(path)).body.connection_string;
}
