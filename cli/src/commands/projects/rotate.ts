import type { Project } from "@supalove/contracts/api/index.ts";
import { Command } from "commander";
import type { CommonOptions } from "../../context.ts";
import { action, withInstance } from "../common.ts";
import { OVERLAP_WORDS, overlapHours } from "./overlap.ts";

interface Options extends CommonOptions {
  readonly overlap?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface Way {
  readonly about: string;
  readonly body: (options: Options) => Readonly<Record<string, unknown>>;
  readonly done: (project: Project) => string;
}

const WAYS: Readonly<Record<"rotate-keys" | "end-overlap" | "rotate-passwords", Way>> = {
  "rotate-keys": {
    about: "make a project's JWT secret and its four API keys anew, and let the old ones in for a while",
    body: ({ overlap = "24h" }) => ({ rotate_keys: { overlap_hours: overlapHours(overlap) } }),
    done: ({ previous_keys_until }) =>
      previous_keys_until === null
        ? "new keys; the old ones are refused"
        : `new keys; the old ones are accepted until ${previous_keys_until}`,
  },
  "end-overlap": {
    about: "refuse the keys from before a project's last rotation now instead of at the end of its overlap",
    body: () => ({ end_key_overlap: true }),
    done: () => "only the current keys are accepted",
  },
  "rotate-passwords": {
    about: "make the passwords of a project's database logins anew",
    body: () => ({ rotate_passwords: true }),
    done: () => "new database passwords; supalove projects show --reveal prints yours",
  },
};

/** `supalove projects rotate-keys`, `end-overlap` and `rotate-passwords`. */
export function rotateCommand(name: keyof typeof WAYS): Command {
  const way = WAYS[name];
  const command = withInstance(new Command(name)).description(way.about).argument("<ref>", "the project's ref");
  if (name === "rotate-keys") command.option("--overlap <time>", OVERLAP_WORDS, "24h");
  return command
    .option("--yes", "do it without asking, once it was previewed")
    .option("--json", "print the project as one JSON object")
    .action(
      action<Options>(async (context, options, [ref = ""]) => {
        const body = way.body(options);
        const [{ segment, withApi }, { changeByPreview }] = await Promise.all([
          import("../../http/api.ts"),
          import("../../plan/changeByPreview.ts"),
        ]);
        const path = `/v1/projects/${segment("project ref", ref)}`;
        const project = await withApi(context, (api) =>
          changeByPreview(context, api, path, body, options.yes === true),
        );
        const line = `${project.ref}  ${project.name}  ${way.done(project)}`;
        context.terminal.out(options.json === true ? JSON.stringify(project, null, 2) : line);
      }),
    );
}
