import type { Browser, BrowserContext } from "playwright-core";
import { uniqueName } from "../../tests/harness/api.ts";
import { newAccount, newVisitor, openBrowser, settled, signUp, type Visitor } from "../../tests/harness/browser.ts";
import { type ConsoleProject, createInConsole, deleteInConsole } from "../../tests/harness/consoleProject.ts";
import { type Bench, type Figure, percentile } from "./report.ts";

const RUNS = 7;

interface Load {
  /** Until the server's answer began, until something was painted, until the page had what it shows. */
  readonly answered: number;
  readonly painted: number;
  readonly complete: number;
  /** Bytes as they came over the wire. */
  readonly scripts: number;
  readonly all: number;
}

type State = Awaited<ReturnType<BrowserContext["storageState"]>>;

interface Measured {
  readonly path: string;
  /** The path without what differs from run to run. */
  readonly shown: string;
  /** Shown to somebody who is not signed in. */
  readonly stranger?: boolean;
}

/** First load of each page with an empty cache, and what the browser fetches for it. */
export const dashboardPages: Bench = async (log) => {
  const browser = await openBrowser();
  try {
    const owner = await newVisitor(browser);
    await signUp(owner, newAccount());
    const project = await createInConsole(owner);
    // For one page alone: what a project is made of is shown on the dedicated plan only.
    const dedicated = await createInConsole(owner, uniqueName("stack"), "dedicated");
    const state = await owner.context.storageState();
    const figures: Figure[] = [];
    for (const { path, shown, stranger } of await pagesOf(owner, project, dedicated)) {
      const loads: Load[] = [];
      for (let run = 0; run < RUNS; run++) loads.push(await loadCold(browser, stranger ? undefined : state, path));
      figures.push(...figuresOf(shown, loads));
      log(`${shown}: complete ${figures.at(-3)?.value.toFixed(0)} ms`);
    }
    await deleteInConsole(owner, dedicated);
    await deleteInConsole(owner, project);
    return figures;
  } finally {
    await browser.close();
  }
};

/** Every page of the dashboard. */
async function pagesOf(
  owner: Visitor,
  project: ConsoleProject,
  dedicated: ConsoleProject,
): Promise<readonly Measured[]> {
  const ask = async <T>(path: string) => (await (await owner.page.request.get(path)).json()) as readonly T[];
  const operations = await ask<{ id: string; preview_id: string | null; kind: string }>(
    `/api/v1/operations?project_ref=${project.ref}`,
  );
  // The one that made the project: it has ended, and so has its preview, so that neither page waits for news.
  const created = operations.find(({ kind }) => kind === "up");
  const [organization] = await ask<{ id: string }>("/api/v1/organizations");
  if (!created?.preview_id || organization === undefined) throw new Error("the project's own operation is not listed");
  const fixed = (path: string): Measured => ({ path, shown: path });
  const ofProject = (page: string, { ref } = project): Measured => ({
    path: `/projects/${ref}${page}`,
    shown: `/projects/{ref}${page}`,
  });
  return [
    { ...fixed("/"), stranger: true },
    { path: "/auth/failed?why=expired", shown: "/auth/failed", stranger: true },
    fixed("/projects"),
    fixed("/projects/new"),
    ...["", "/sql", "/operations", "/settings", "/drift"].map((page) => ofProject(page)),
    ofProject("/stack", dedicated),
    fixed("/operations"),
    { path: `/operations/${created.id}`, shown: "/operations/{id}" },
    { path: `/previews/${created.preview_id}`, shown: "/previews/{id}" },
    fixed("/backups"),
    fixed("/platform"),
    fixed("/account/tokens"),
    fixed("/organizations"),
    { path: `/organizations/${organization.id}`, shown: "/organizations/{slug}" },
  ];
}

function figuresOf(path: string, loads: readonly Load[]): Figure[] {
  const p50 = (of: keyof Load) =>
    percentile(
      loads.map((load) => load[of]),
      50,
    );
  const note = `p50 of ${loads.length} cold loads`;
  return [
    {
      what: `${path}: first paint`,
      value: p50("painted"),
      unit: "ms",
      note: `${note}; answered in ${p50("answered").toFixed(0)} ms`,
    },
    { what: `${path}: complete`, value: p50("complete"), unit: "ms", note },
    { what: `${path}: scripts`, value: p50("scripts") / 1024, unit: "KiB", note: "compressed" },
    { what: `${path}: everything`, value: p50("all") / 1024, unit: "KiB", note: "compressed" },
  ];
}

async function loadCold(browser: Browser, storageState: State | undefined, path: string): Promise<Load> {
  const { context, page } = await newVisitor(browser, storageState === undefined ? {} : { storageState });
  try {
    const sizes: Promise<{ script: boolean; bytes: number }>[] = [];
    page.on("requestfinished", (request) => {
      const script = request.resourceType() === "script";
      sizes.push(request.sizes().then(({ responseBodySize }) => ({ script, bytes: responseBodySize })));
    });
    const started = performance.now();
    await page.goto(path, { waitUntil: "commit" });
    const answered = performance.now() - started;
    await settled(page);
    const complete = performance.now() - started;
    await page.waitForLoadState("networkidle");
    const painted = await page.evaluate(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    );
    const fetched = await Promise.all(sizes);
    const sum = (of: typeof fetched) => of.reduce((total, { bytes }) => total + bytes, 0);
    return { answered, painted, complete, scripts: sum(fetched.filter(({ script }) => script)), all: sum(fetched) };
  } finally {
    await context.close();
  }
}
