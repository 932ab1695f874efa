import type { Plan } from "@supalove/contracts";
import clsx from "clsx";
import { PLANS } from "../sizes.ts";

/** The two kinds of project. */
export function PlanChoice({ plan, onChange }: { readonly plan: Plan; readonly onChange: (plan: Plan) => void }) {
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium">Plan</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {PLANS.map(({ plan: each, title, about }) => (
          <label
            key={each}
            className={clsx(
              "flex cursor-pointer gap-3 rounded-md border p-3 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
              plan === each ? "border-accent bg-accent-soft" : "hover:border-line-strong",
            )}
          >
            <input
              type="radio"
              name="plan"
              value={each}
              checked={plan === each}
              onChange={() => onChange(each)}
              className="mt-1 self-start accent-(--c-accent)"
            />
            <span>
              <span className="block text-sm font-medium">{title}</span>
              <span className="block text-xs text-muted">{about}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
