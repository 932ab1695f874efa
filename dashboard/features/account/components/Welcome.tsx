import { ThemeButton } from "../../shell/components/ThemeButton.tsx";

/** What visitors see. Plain links: they lead out of this app, to the identity provider. */
export function Welcome() {
  return (
    <main className="flex min-h-dvh flex-col">
      <div className="flex justify-end p-3">
        <ThemeButton />
      </div>
      <div className="mx-auto flex w-full max-w-4xl flex-1 flex-col justify-center gap-10 px-6 pb-24 md:flex-row md:items-center md:gap-16">
        <div className="flex-1">
          <p className="font-semibold text-accent">Supalove</p>
          <h1 className="mt-2 text-3xl leading-tight">See the diff, then make it so.</h1>
          <p className="mt-3 max-w-md text-muted">
            Supabase projects on your own servers. Every change is shown before it is made, and can be watched while it
            happens.
          </p>
          <div className="mt-7 flex flex-wrap gap-3">
            <a
              href="/auth/sign-in"
              className="inline-flex h-10 items-center rounded-md bg-accent px-5 font-medium text-on-accent hover:brightness-110"
            >
              Sign in
            </a>
            <a
              href="/auth/sign-up"
              className="inline-flex h-10 items-center rounded-md border border-line-strong bg-surface px-5 font-medium hover:bg-sunken"
            >
              Create an account
            </a>
          </div>
        </div>
        <SampleDiff />
      </div>
    </main>
  );
}

const SAMPLE = [
  ["+", "database", "created in the shared cluster"],
  ["+", "5 roles", "owned by the project alone"],
  ["+", "API keys", "anon, service_role, publishable, secret"],
  ["~", "connection limit", "20 → 40"],
] as const;

/** A picture of what the console is about. */
function SampleDiff() {
  return (
    <div aria-hidden className="flex-1 overflow-hidden rounded-lg border bg-surface font-mono text-sm shadow-sm">
      {SAMPLE.map(([sign, what, words]) => (
        <div key={what} className="flex gap-3 border-b px-4 py-2.5 last:border-b-0">
          <span className={sign === "+" ? "text-add" : "text-edit"}>{sign}</span>
          <span className="whitespace-nowrap">{what}</span>
          <span className="truncate text-muted">{words}</span>
        </div>
      ))}
    </div>
  );
}
