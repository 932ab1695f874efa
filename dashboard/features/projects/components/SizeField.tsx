import type { Size } from "@supalove/contracts";
import { SelectField } from "../../../ui/Field.tsx";
import { DEFAULT_SIZE, SIZES } from "../sizes.ts";

interface Props {
  readonly size: Size;
  readonly onChange: (size: Size) => void;
  readonly error?: string | undefined;
}

/** How much of the shared services a project may take at once. */
export function SizeField({ size, onChange, error }: Props) {
  return (
    <SelectField
      label="Size"
      hint="Each step gives about twice the requests, connections and waiting places of the one before."
      value={size}
      onChange={({ target }) => onChange(SIZES.find((each) => each === target.value) ?? size)}
      error={error}
    >
      {SIZES.map((each) => (
        <option key={each} value={each}>
          {each === DEFAULT_SIZE ? `${each} (default)` : each}
        </option>
      ))}
    </SelectField>
  );
}
