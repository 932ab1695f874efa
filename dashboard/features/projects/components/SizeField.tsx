import type { Plan, Size } from "@supalove/contracts";
import { SelectField } from "../../../ui/Field.tsx";
import { sizeGives } from "../dedicatedSizes.ts";
import { DEFAULT_SIZE, SIZES } from "../sizes.ts";

interface Props {
  readonly plan: Plan;
  readonly size: Size;
  readonly onChange: (size: Size) => void;
  readonly error?: string | undefined;
}

const HINTS: Readonly<Record<Plan, string>> = {
  shared: "Each step gives about twice the requests, connections and waiting places of the one before.",
  dedicated: "What the database server may use. The other services take a few hundred MiB beside it.",
};

const words = (plan: Plan, size: Size) => (plan === "dedicated" ? `${size}: ${sizeGives(size)}` : size);

/** How much a project may take at once: of the shared services, or of the server it runs on. */
export function SizeField({ plan, size, onChange, error }: Props) {
  return (
    <SelectField
      label="Size"
      hint={HINTS[plan]}
      value={size}
      onChange={({ target }) => onChange(SIZES.find((each) => each === target.value) ?? size)}
      error={error}
    >
      {SIZES.map((each) => (
        <option key={each} value={each}>
          {each === DEFAULT_SIZE ? `${words(plan, each)} (default)` : words(plan, each)}
        </option>
      ))}
    </SelectField>
  );
}
