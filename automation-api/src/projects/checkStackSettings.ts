import { settingsFaults } from "@supalove/components/project/dedicated/settingsFaults.ts";
import type { Size, StackSettings } from "@supalove/contracts";
import { errors } from "../http/errors.ts";

/** Field of the request that made this necessary: what is wrong may stand in the project's row and not in the body. */
type AskedBy = "postgres_settings" | "size" | "services";

/**
 * Refuses settings of Postgres that a dedicated project could not run with on its size, and a size that its settings don't
 * fit, before anything is changed: Postgres would not come up again.
 * @throws ApiError `invalid_input`
 */
export function checkStackSettings(
  size: Size,
  stack: Pick<StackSettings, "postgresSettings" | "services">,
  askedBy: AskedBy,
): void {
  const issues = settingsFaults(size, stack).map(({ name, message }) =>
    askedBy === "postgres_settings"
      ? { in: "body" as const, path: `postgres_settings.${name}`, message }
      : {
          in: "body" as const,
          path: askedBy,
          message: `does not go with the project's setting ${name}, which is ${stack.postgresSettings[name]}: it ${message}`,
        },
  );
  if (issues.length > 0) throw errors.invalidInput(issues);
}
