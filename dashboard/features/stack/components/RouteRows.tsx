"use client";

import type { ExtraRoute } from "@supalove/contracts";
import { Button } from "../../../ui/Button.tsx";
import { CheckField } from "../../../ui/CheckField.tsx";
import { SelectField, TextField } from "../../../ui/Field.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import type { RouteRow } from "../stackWish.ts";

type Access = ExtraRoute["auth"];

const ACCESS: Readonly<Record<Access, string>> = {
  anon: "With any key of the project",
  service: "With the service key only",
  none: "Everybody, without a key",
};

interface Props {
  readonly rows: readonly RouteRow[];
  readonly onChange: (rows: readonly RouteRow[]) => void;
  /** By whole path. */
  readonly errors: Readonly<Record<string, string | undefined>>;
}

/** Routes of the project's gateway beside Supabase's own. */
export function RouteRows({ rows, onChange, errors }: Props) {
  const add = () => {
    const row = Math.max(-1, ...rows.map((each) => each.row)) + 1;
    onChange([...rows, { row, path: "", target: "", auth: "anon", strip_path: true }]);
  };
  return (
    <Panel
      title="Extra routes"
      about="Paths below the project's URL that its gateway leads to one of its containers, or to a public URL."
    >
      <div className="flex flex-col gap-4">
        {rows.map((route, at) => (
          <Route
            key={route.row}
            number={at + 1}
            route={route}
            onChange={(next) => onChange(rows.map((each) => (each.row === route.row ? next : each)))}
            onRemove={() => onChange(rows.filter((each) => each.row !== route.row))}
            error={(field) => errors[`routes.${at}.${field}`]}
          />
        ))}
        {errors["routes"] !== undefined && (
          <p role="alert" className="text-sm text-cut">
            {errors["routes"]}
          </p>
        )}
        <div>
          <Button onClick={add}>Add route</Button>
        </div>
      </div>
    </Panel>
  );
}

interface RouteProps {
  readonly number: number;
  readonly route: RouteRow;
  readonly onChange: (route: RouteRow) => void;
  readonly onRemove: () => void;
  readonly error: (field: keyof ExtraRoute) => string | undefined;
}

function Route({ number, route, onChange, onRemove, error }: RouteProps) {
  const { path, target, auth, strip_path } = route;
  const change = (part: Partial<ExtraRoute>) => onChange({ ...route, ...part });
  return (
    <fieldset className="grid gap-4 rounded-md border p-4 sm:grid-cols-2">
      <legend className="sr-only">Route {number}</legend>
      <TextField
        label="Path"
        value={path}
        placeholder="/shop"
        onChange={({ target: field }) => change({ path: field.value })}
        error={error("path")}
        className="font-mono"
      />
      <TextField
        label="Target"
        value={target}
        placeholder="http://meta:8080"
        onChange={({ target: field }) => change({ target: field.value })}
        error={error("target")}
        className="font-mono"
      />
      <SelectField
        label="Access"
        value={auth}
        onChange={({ target: field }) => change({ auth: field.value as Access })}
        error={error("auth")}
      >
        {Object.entries(ACCESS).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </SelectField>
      <CheckField
        label="Strip the path"
        hint={`The target gets what follows ${path === "" ? "the path" : path}, not the whole.`}
        checked={strip_path}
        onChange={({ target: field }) => change({ strip_path: field.checked })}
      />
      <div className="sm:col-span-2">
        <Button small aria-label={`Remove route ${number}`} onClick={onRemove}>
          Remove
        </Button>
      </div>
    </fieldset>
  );
}
