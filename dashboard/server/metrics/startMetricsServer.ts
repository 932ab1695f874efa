import { createServer } from "node:http";
import { createConsoleMetrics } from "./consoleMetrics.ts";

const REQUEST_TIMEOUT_MS = 10_000;

/** `/metrics` for Prometheus, on a port of the internal network. */
export async function startMetricsServer(port: number): Promise<void> {
  const server = createServer((request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "Content-Type": registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const registry = createConsoleMetrics((asked) => asked === server);
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "0.0.0.0", resolve);
  });
  // Pages are what this process is for: it ends with their server.
  server.unref();
}
