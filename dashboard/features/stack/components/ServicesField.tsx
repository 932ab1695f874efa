import type { OptionalService, StackService } from "@supalove/contracts";
import { CheckField } from "../../../ui/CheckField.tsx";
import { ALL_OPTIONAL, SERVICES } from "../services.ts";

interface Props {
  readonly chosen: readonly OptionalService[];
  readonly onChange: (services: readonly OptionalService[]) => void;
  readonly error?: string | undefined;
  /** Something around it says already what it is. */
  readonly bare?: boolean;
}

/** Services of a dedicated project. */
export function ServicesField({ chosen, onChange, error, bare = false }: Props) {
  const toggle = (service: OptionalService) =>
    onChange(ALL_OPTIONAL.filter((each) => chosen.includes(each) !== (each === service)));
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className={bare ? "sr-only" : "mb-1.5 text-sm font-medium"}>Services</legend>
      <CheckField {...words("db")} checked disabled readOnly />
      {ALL_OPTIONAL.map((service) => (
        <CheckField
          key={service}
          {...words(service)}
          checked={chosen.includes(service)}
          onChange={() => toggle(service)}
        />
      ))}
      {error !== undefined && (
        <p role="alert" className="text-sm text-cut">
          {error}
        </p>
      )}
    </fieldset>
  );
}

const words = (service: StackService) => ({ label: SERVICES[service].title, hint: SERVICES[service].about });
