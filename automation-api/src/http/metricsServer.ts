import { createServer, type Server } from "node:http";
import type { Registry } from "prom-client";

/** Whether parts that this process watches answer, by their names. */
export type PartChecks = Readonly<Record<string, () => boolean>>;

/**
 * Prometheus figures and health on a port of the internal network; no caller is known here, nothing secret is shown.
 * @param parts told at `/parts/<name>`, to those who can't reach them
 */
export async function startMetricsServer(
  port: number,
  registry: Registry,
  ready: () => Promise<boolean>,
  parts: PartChecks = {},
): Promise<Server> {
  const checks = new Map(Object.entries(parts).map(([name, check]) => [`/parts/${name}`, check]));
  const server = createServer(async (request, response) => {
    const answer = (status: number, type: string, body: string) => {
      response.writeHead(status, { "Content-Type": type }).end(body);
    };
    const check = checks.get(request.url ?? "");
    try {
      if (request.url === "/metrics") answer(200, registry.contentType, await registry.metrics());
      else if (request.url === "/healthz") answer(200, "text/plain", "ok\n");
      else if (request.url === "/readyz") {
        const ok = await ready();
        answer(ok ? 200 : 503, "text/plain", ok ? "ready\n" : "not ready\n");
      } else if (check !== undefined) {
        const ok = check();
        answer(ok ? 200 : 503, "text/plain", ok ? "answers\n" : "does not answer\n");
      } else answer(404, "text/plain", "not found\n");
    } catch {
      answer(500, "text/plain", "failed\n");
    }
  });
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "0.0.0.0", resolve);
  });
  return server;
}
