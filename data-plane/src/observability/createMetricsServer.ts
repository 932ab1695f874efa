import { createServer, type Server } from "node:http";
import type { Metrics } from "./metrics.ts";

/** `/metrics` for Prometheus; `/live` and `/ready` for the container's health. Internal network only. */
export function createMetricsServer(metrics: Metrics, isReady: () => boolean): Server {
  return createServer((req, res) => {
    if (req.url === "/metrics") {
      metrics.registry.metrics().then(
        (text) => res.writeHead(200, { "content-type": metrics.registry.contentType }).end(text),
        () => res.writeHead(500).end(),
      );
    } else if (req.url === "/live" || req.url === "/ready" || req.url === "/health") {
      const ok = req.url === "/live" || isReady();
      res.writeHead(ok ? 200 : 503, { "content-type": "application/json" }).end(JSON.stringify({ ok }));
    } else {
      res.writeHead(404).end();
    }
  });
}
