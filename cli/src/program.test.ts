import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { buildProgram } from "./program.ts";

/** Every command that does something, with its full name. */
function leaves(
  command: Command,
  path: readonly string[] = [],
): readonly { path: readonly string[]; command: Command }[] {
  const here = [...path, command.name()];
  if (command.commands.length === 0) return [{ path: here.slice(1), command }];
  return command.commands.flatMap((sub) => leaves(sub, here));
}

describe("the command line", () => {
  const all = leaves(buildProgram());

  it("has every command", () => {
    expect(all.map(({ path }) => path.join(" ")).sort()).toEqual(
      [
        "backups get",
        "backups list",
        "bench",
        "destroy",
        "doctor",
        "down",
        "drift",
        "env",
        "images add",
        "images list",
        "images withdraw",
        "logs",
        "members add",
        "members list",
        "members remove",
        "members role",
        "operations cancel",
        "operations list",
        "operations show",
        "operations watch",
        "organizations list",
        "organizations policy",
        "organizations show",
        "projects apply",
        "projects approve",
        "projects create",
        "projects delete",
        "projects drift",
        "projects end-overlap",
        "projects list",
        "projects pause",
        "projects preview",
        "projects restart",
        "projects restore",
        "projects rotate-keys",
        "projects rotate-passwords",
        "projects show",
        "projects update",
        "projects upgrade",
        "setup",
        "status",
        "test",
        "token",
        "up",
      ].sort(),
    );
  });

  it.each(all.map(({ path, command }) => [path.join(" "), command] as const))("%s takes --instance", (_, command) => {
    expect(command.options.map(({ long }) => long)).toContain("--instance");
    expect(command.description()).not.toBe("");
  });

  it.each(["setup", "up", "drift", "test"])("%s can be kept from installing packages", (name) => {
    const found = all.find(({ path }) => path.join(" ") === name);
    expect(found?.command.options.map(({ long }) => long)).toContain("--no-install");
  });

  it.each(all.map(({ path, command }) => [path.join(" "), command] as const))(
    "%s takes --no-install, which the launcher heeds for every command",
    (_, command) => {
      expect(command.options.map(({ long }) => long)).toContain("--no-install");
    },
  );

  it.each([
    "projects list",
    "projects preview",
    "projects apply",
    "projects approve",
    "organizations list",
    "organizations show",
    "members list",
    "projects drift",
    "projects rotate-keys",
    "projects end-overlap",
    "projects rotate-passwords",
    "drift",
    "operations list",
    "status",
    "doctor",
  ])("%s prints JSON on demand", (name) => {
    const found = all.find(({ path }) => path.join(" ") === name);
    expect(found?.command.options.map(({ long }) => long)).toContain("--json");
  });

  it.each([
    [["--instance", "a", "status"], "a"],
    [["status", "--instance", "a"], "a"],
    [["status"], undefined],
  ])("takes the instance before or behind the command: %j", async (args, instance) => {
    const program = buildProgram();
    let seen: unknown;
    program.commands
      .find((command) => command.name() === "status")
      ?.action((_options: unknown, command: Command) => {
        seen = command.optsWithGlobals()["instance"];
      });
    await program.parseAsync(["node", "supalove", ...args]);
    expect(seen).toBe(instance);
  });
});
