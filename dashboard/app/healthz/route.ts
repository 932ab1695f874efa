/** Healthcheck of the container: this server answers. What it depends on has healthchecks of its own. */
export const GET = (): Response => new Response("ok\n", { headers: { "cache-control": "no-store" } });

export const dynamic = "force-dynamic";
