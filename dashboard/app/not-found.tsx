import Link from "next/link";

export default function NotFoundPage() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-3 px-6">
      <h1 className="text-xl">There is no such page</h1>
      <p className="text-muted">The address may be mistyped, or what it showed is gone.</p>
      <p>
        <Link href="/projects" className="font-medium text-accent underline underline-offset-4">
          To your projects
        </Link>
      </p>
    </main>
  );
}
