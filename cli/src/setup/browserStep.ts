import { CliError } from "../errors.ts";
import { findProgram } from "../system/findProgram.ts";
import { aptInstall, canInstall } from "./apt.ts";
import type { SetupStep } from "./step.ts";

/** Names that browsers of the Chromium family go by. */
const BROWSERS = ["chromium", "chromium-browser", "google-chrome"] as const;

/** The browser that the dashboard's tests drive. Only `supalove test` needs it. */
export const browserStep: SetupStep = {
  name: "browser",
  // Both install packages, and apt does one thing at a time.
  after: ["host packages", "Docker engine"],
  async plan(context) {
    const found = await Promise.all(BROWSERS.map((name) => findProgram(name, context.config.path)));
    if (found.some((file) => file !== undefined)) return undefined;
    const reason = await canInstall(context);
    if (reason !== undefined) {
      throw new CliError(
        `the browser tests need Chromium, which can't be installed because ${reason}`,
        "install chromium",
      );
    }
    return {
      what: "chromium missing; installing it",
      run: (report) => aptInstall(context, ["chromium"], { report }),
    };
  },
};
