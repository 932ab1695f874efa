import Link from "next/link";

export default function ConsoleNotFound() {
  return (
    <>
      <h1 className="text-xl">There is no such page</h1>
      <p className="mt-2 text-muted">The address may be mistyped, or what it showed is gone.</p>
      <p className="mt-4">
        <Link href="/projects" className="font-medium text-accent underline underline-offset-4">
          To your projects
        </Link>
      </p>
    </>
  );
}
