import type { Metadata } from "next";

export const metadata: Metadata = { title: "Sign-in" };

const WORDS: ReadonlyMap<unknown, string> = new Map([
  ["expired", "This sign-in took too long, or was started in another browser. Start again."],
  ["refused", "The sign-in was called off."],
]);
const FAILED =
  "The identity provider and this dashboard did not agree. Try again; if it happens again, tell who runs the server.";

interface Props {
  readonly searchParams: Promise<{ readonly why?: string | string[] }>;
}

/** A sign-in did not work: why, and the way to another try. */
export default async function SignInFailedPage({ searchParams }: Props) {
  const { why } = await searchParams;
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-4 px-6">
      <h1 className="text-xl">You are not signed in</h1>
      <p className="text-muted">{WORDS.get(why) ?? FAILED}</p>
      <p>
        <a
          href="/auth/sign-in"
          className="inline-flex h-9 items-center rounded-md bg-accent px-4 font-medium text-on-accent hover:brightness-110"
        >
          Sign in again
        </a>
      </p>
    </main>
  );
}
