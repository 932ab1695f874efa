import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";

/** Packages that stay as they are, since they hold a native library: what formats generated TypeScript. */
export const UNBUNDLED = ["oxfmt", "@oxfmt", "tinypool"] as const;

/** A file of a package that is no longer what a change to it was written for. */
export class UnexpectedSourceError extends Error {
  override readonly name = "UnexpectedSourceError";
}

interface Change {
  readonly file: RegExp;
  readonly replace: readonly (readonly [from: string, to: string])[];
}

const CHANGES: readonly Change[] = [
  {
    // A name put together at run time is not found in a bundle.
    file: /pg-format\/lib\/index\.js$/,
    replace: [["require(__dirname + '/reserved.js')", "require('./reserved.js')"]],
  },
  {
    // Loaded when types are generated, not at the start.
    file: /postgrest-typegen\/dist\/generation\/typescript\.js$/,
    replace: [
      [
        'import { format as oxfmtFormat } from "oxfmt";',
        'const oxfmtFormat = async (...given) => (await import("oxfmt")).format(...given);',
      ],
    ],
  },
  {
    // The formatter of SQL is three megabytes of grammar for one route.
    file: /postgres-meta\/dist\/lib\/Parser\.js$/,
    replace: [
      ["import prettier from 'prettier/standalone.js';", ""],
      ["import SqlFormatter from 'prettier-plugin-sql';", ""],
      ["    plugins: [SqlFormatter],\n", ""],
      [
        "await prettier.format(sql, {",
        `await (await import('prettier/standalone.js')).default.format(sql, {
            plugins: [(await import('prettier-plugin-sql')).default],`,
      ],
    ],
  },
];

const withChanges: Plugin = {
  name: "with changes",
  setup(bundle) {
    for (const { file, replace } of CHANGES) {
      bundle.onLoad({ filter: file }, async ({ path }) => {
        let contents = await readFile(path, "utf8");
        for (const [from, to] of replace) {
          if (!contents.includes(from)) throw new UnexpectedSourceError(`${path} has no ${from}`);
          contents = contents.replace(from, () => to);
        }
        return { contents, loader: "js" };
      });
    }
  },
};

/** Nothing is reported to Sentry, and loading its client takes longer than all the rest. */
const NO_SENTRY = `
const span = { setAttribute() {}, setAttributes() {}, setStatus() {} };
export const init = () => undefined;
export const setupFastifyErrorHandler = () => undefined;
export const nodeProfilingIntegration = () => undefined;
export const captureException = () => undefined;
export const startSpan = (_options, work) => work(span);
`;

const withoutSentry: Plugin = {
  name: "without Sentry",
  setup(bundle) {
    bundle.onResolve({ filter: /^@sentry\// }, ({ path }) => ({ path, namespace: "no-sentry" }));
    bundle.onLoad({ filter: /.*/, namespace: "no-sentry" }, () => ({ contents: NO_SENTRY }));
  },
};

/** What CommonJS packages find in a module of theirs, and an ES module has not. */
const COMMONJS_NAMES = [
  "import { createRequire as __createRequire } from 'node:module';",
  "const require = __createRequire(import.meta.url);",
  "const __filename = import.meta.filename;",
  "const __dirname = import.meta.dirname;",
].join("");

/**
 * Bundles the server into `app`. Types are formatted in the server's own thread, as by default: the worker thread that
 * PG_META_FORMAT_IN_WORKER asks for is not there.
 * @param modules a `node_modules` folder that holds postgres-meta
 * @throws UnexpectedSourceError when a package changed in a place that is changed here
 */
export async function bundlePostgresMeta(modules: string, app: string): Promise<void> {
  await build({
    entryPoints: { server: join(modules, "@supabase/postgres-meta/dist/server/server.js") },
    outdir: app,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node24",
    banner: { js: COMMONJS_NAMES },
    external: ["pg-native", "@napi-rs/nice", "oxfmt"],
    plugins: [withoutSentry, withChanges],
    logLevel: "silent",
  });
  // Postgres' own parser looks for it beside itself.
  await copyFile(join(modules, "libpg-query/wasm/libpg-query.wasm"), join(app, "libpg-query.wasm"));
  await writeFile(join(app, "package.json"), '{"type":"module"}\n');
}
