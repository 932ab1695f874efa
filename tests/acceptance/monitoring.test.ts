import { readdir, readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, createProject, deleteProject, type LiveProject, sql } from "../harness/api.ts";
import { client } from "../harness/client.ts";
import { signIn } from "../harness/keycloakLogin.ts";
import { platform, readStatus } from "../harness/platform.ts";
import { sleepUntil } from "../harness/sleepUntil.ts";

const DASHBOARDS = new URL("../../components/src/platform/grafana/dashboards/", import.meta.url);

/** What counts events that a healthy platform need not have had: an answer without rows is right. */
const MAY_BE_EMPTY = [/supalove_gateway_process_ends_total/, /keycloak_user_events_total\{event="register"/];

interface Dashboard {
  readonly title: string;
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
}
interface Rule {
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly lastError?: string;
}

async function prometheus<T>(path: string): Promise<{ status: string; data: T }> {
  const { urls } = await platform();
  const answer = await fetch(urls.prometheus + path, { signal: AbortSignal.timeout(10_000) });
  return (await answer.json()) as { status: string; data: T };
}

async function dashboardQueries(): Promise<[title: string, expr: string][]> {
  const files = (await readdir(DASHBOARDS)).filter((name) => name.endsWith(".json"));
  const dashboards = await Promise.all(files.map((name) => readFile(new URL(name, DASHBOARDS), "utf8")));
  return dashboards.flatMap((text) => {
    const { title, panels } = JSON.parse(text) as Dashboard;
    return panels.flatMap(({ targets = [] }) => targets.map(({ expr }): [string, string] => [title, expr]));
  });
}

const query = (expr: string) =>
  prometheus<{ result: unknown[] }>(`/api/v1/query?${new URLSearchParams({ query: expr })}`);

describe("monitoring", () => {
  let project: LiveProject;
  beforeAll(async () => {
    project = await createProject("figures");
  });
  afterAll(() => deleteProject(project.ref));

  /** A little of everything that is counted. */
  async function traffic(): Promise<void> {
    const { urls } = await platform();
    await sql(project.ref, "select 1");
    await client(project).from("nothing_here").select();
    await fetch(`${project.url}/rest/v1/`, { headers: { apikey: "wrong" } });
    await api("/v1/projects", { token: null });
    await fetch(urls.dashboard);
    await signIn({ issuer: `${urls.keycloak}/realms/supalove` }, "nobody", "wrong password").catch(() => undefined);
  }

  it("has a target for every part that has figures, and all of them answer", async () => {
    const { data } = await prometheus<{
      activeTargets: { labels: { job: string }; health: string; lastError: string }[];
    }>("/api/v1/targets");
    for (const { labels, health, lastError } of data.activeTargets)
      expect([labels.job, health, lastError]).toEqual([labels.job, "up", ""]);
    const { services } = await readStatus();
    // An exporter is how its database is asked; a page of charts and a set of packet rules have no figures of their own.
    const parts = services
      .filter(({ name, status }) => status !== "unavailable" && !/-exporter$|^(grafana|firewall)$/.test(name))
      .map(({ name }) => name);
    const jobs = data.activeTargets.map(({ labels }) => labels.job).filter((job) => job !== "grafana");
    expect(jobs.sort()).toEqual(parts.sort());
  });

  it("answers every query of every dashboard, with rows", async () => {
    const queries = await dashboardQueries();
    expect(new Set(queries.map(([title]) => title)).size).toBeGreaterThanOrEqual(5);
    let empty: string[] = [];
    await sleepUntil(
      "the figures of what just happened",
      async () => {
        await traffic();
        empty = [];
        for (const [title, expr] of queries) {
          const { status, data } = await query(expr);
          expect(status, `${title}: ${expr}`).toBe("success");
          if (data.result.length === 0 && !MAY_BE_EMPTY.some((known) => known.test(expr)))
            empty.push(`${title}: ${expr}`);
        }
        return empty.length === 0 ? true : undefined;
      },
      90,
      5_000,
    ).catch(() => undefined);
    expect(empty).toEqual([]);
  });

  it("has alert rules that evaluate, over figures that exist", async () => {
    const { data } = await prometheus<{ groups: { rules: Rule[] }[] }>("/api/v1/rules");
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(15);
    const { data: names } = await prometheus<string[]>("/api/v1/label/__name__/values");
    for (const rule of rules) {
      expect([rule.name, rule.health, rule.lastError ?? ""]).toEqual([rule.name, "ok", ""]);
      const figures = rule.query.match(/\b(?:(?:supalove|pg|process|nodejs|keycloak)_\w+|up)\b/g) ?? [];
      expect(figures.length, rule.name).toBeGreaterThan(0);
      for (const figure of figures) expect(names, rule.name).toContain(figure);
    }
  });

  /** About the last minutes, up to half an hour, in which other tests may have killed parts on purpose. */
  const ABOUT_THE_PAST = new Set(["PartRestarts", "OperationsFail", "GatewayErrors", "ApiErrors"]);

  it("says nothing is wrong with a healthy platform", async () => {
    const { data } = await prometheus<{ alerts: { state: string; labels: Record<string, string> }[] }>(
      "/api/v1/alerts",
    );
    const pages = data.alerts.filter(({ state, labels }) => state === "firing" && labels["severity"] === "page");
    expect(pages.filter(({ labels }) => !ABOUT_THE_PAST.has(labels["alertname"] ?? ""))).toEqual([]);
  });
});
