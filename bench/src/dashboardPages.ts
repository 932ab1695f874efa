import type { Browser, BrowserContext } from "playwright-core";
import { newAccount, newVisitor, openBrowser, settled, signUp } from "../../tests/harness/browser.ts";
import { createInConsole, deleteInConsole } from "../../tests/harness/consoleProject.ts";
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

/** First load of each page with an empty cache, and what the browser fetches for it. */
export const dashboardPages: Bench = async (log) => {
  const browser = await openBrowser();
  try {
    const owner = await newVisitor(browser);
    await signUp(owner, newAccount());
    const project = await createInConsole(owner);
    const state = await owner.context.storageState();
    const home = `/projects/${project.ref}`;
    const pages = [
      "/projects",
      "/projects/new",
      home,
      `${home}/sql`,
      `${home}/settings`,
      `${home}/drift`,
      "/operations",
      "/platform",
    ];
    const figures: Figure[] = [];
    for (const path of pages) {
      const loads: Load[] = [];
      for (let run = 0; run < RUNS; run++) loads.push(await loadCold(browser, state, path));
      const shown = path.replace(project.ref, "{ref}");
      figures.push(...figuresOf(shown, loads));
      log(`${shown}: complete ${figures.at(-3)?.value.toFixed(0)} ms`);
    }
    await deleteInConsole(owner, project);
    return figures;
  } finally {
    await browser.close();
  }
};

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

async function loadCold(browser: Browser, storageState: State, path: string): Promise<Load> {
  const { context, page } = await newVisitor(browser, { storageState });
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
