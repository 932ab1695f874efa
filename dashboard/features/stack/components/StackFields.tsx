"use client";

import { fieldErrors, pathErrors } from "../../../lib/fieldErrors.ts";
import { CheckField } from "../../../ui/CheckField.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import type { StackWish } from "../stackWish.ts";
import { RouteRows } from "./RouteRows.tsx";
import { ServicesField } from "./ServicesField.tsx";
import { SettingRows } from "./SettingRows.tsx";

interface Props {
  readonly wish: StackWish;
  readonly onChange: (part: Partial<StackWish>) => void;
  /** What the API said to the last try. */
  readonly error: unknown;
}

/** What can be wished of a dedicated project's stack. */
export function StackFields({ wish, onChange, error }: Props) {
  const errors = pathErrors(error);
  return (
    <>
      <Panel title="Services">
        <ServicesField
          bare
          chosen={wish.services}
          onChange={(services) => onChange({ services })}
          error={fieldErrors(error)["services"]}
        />
      </Panel>
      <SettingRows rows={wish.settings} onChange={(settings) => onChange({ settings })} errors={errors} />
      <RouteRows rows={wish.routes} onChange={(routes) => onChange({ routes })} errors={errors} />
      <Panel title="Direct connections">
        <CheckField
          label="Publish the database"
          hint="It then takes connections on a port of the server, with the connection string of the overview. Otherwise only the project's own services reach it."
          checked={wish.published}
          onChange={({ target }) => onChange({ published: target.checked })}
        />
      </Panel>
    </>
  );
}
