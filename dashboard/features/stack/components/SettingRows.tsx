"use client";

import type { PostgresSettingName } from "@supalove/contracts";
import { useState } from "react";
import { Button } from "../../../ui/Button.tsx";
import { SelectField, TextField } from "../../../ui/Field.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { SETTING_EXAMPLES, SETTING_NAMES } from "../postgresSettings.ts";
import type { SettingRow } from "../stackWish.ts";

interface Props {
  readonly rows: readonly SettingRow[];
  readonly onChange: (rows: readonly SettingRow[]) => void;
  /** By whole path. */
  readonly errors: Readonly<Record<string, string | undefined>>;
}

/** Settings of Postgres beside those that follow from the size. */
export function SettingRows({ rows, onChange, errors }: Props) {
  const free = SETTING_NAMES.filter((name) => !rows.some((row) => row.name === name));
  return (
    <Panel
      title="Postgres settings"
      about="They win over what follows from the size. Values are as in postgresql.conf, with a unit where there is one."
    >
      <div className="flex flex-col gap-4">
        {rows.map(({ name, value }) => (
          <TextField
            key={name}
            label={name}
            value={value}
            placeholder={SETTING_EXAMPLES[name]}
            onChange={({ target }) =>
              onChange(rows.map((row) => (row.name === name ? { name, value: target.value } : row)))
            }
            error={errors[`postgres_settings.${name}`]}
            className="font-mono"
            trailing={
              <Button aria-label={`Remove ${name}`} onClick={() => onChange(rows.filter((row) => row.name !== name))}>
                Remove
              </Button>
            }
          />
        ))}
        {free.length > 0 && <AddSetting free={free} onAdd={(name) => onChange([...rows, { name, value: "" }])} />}
      </div>
    </Panel>
  );
}

interface AddProps {
  readonly free: readonly PostgresSettingName[];
  readonly onAdd: (name: PostgresSettingName) => void;
}

function AddSetting({ free, onAdd }: AddProps) {
  const [chosen, setChosen] = useState("");
  const name = free.find((each) => each === chosen);
  const add = () => {
    if (name === undefined) return;
    onAdd(name);
    setChosen("");
  };
  return (
    <div className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <SelectField label="Another setting" value={chosen} onChange={({ target }) => setChosen(target.value)}>
          <option value="">Choose one…</option>
          {free.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </SelectField>
      </div>
      <Button onClick={add} disabled={name === undefined}>
        Add setting
      </Button>
    </div>
  );
}
