import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const DASHBOARD = dirname(dirname(fileURLToPath(import.meta.url)));
/** Takes a value out of the contracts as a whole, which brings every schema there is with it. */
const WHOLE = /^import (?!type )[^;]*from "@supalove\/contracts(?:\/api\/index\.ts)?";/m;

it("pages that run in the browser don't load all schemas of the API", () => {
  const files = globSync("{app,features,lib,ui}/**/*.{ts,tsx}", { cwd: DASHBOARD }).filter(
    (file) => !/\.test\.|(?:^|\/)server\//.test(file),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => WHOLE.test(readFileSync(join(DASHBOARD, file), "utf8")))).toEqual([]);
});
