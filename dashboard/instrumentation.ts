/** Runs once at the start of the server: what is wrong with its settings shows there, not with the first visitor;
 * and its figures begin. */
export async function register(): Promise<void> {
  if (process.env["NEXT_RUNTIME"] !== "nodejs") return;
  const [{ dashboardEnv }, { startMetricsServer }] = await Promise.all([
    import("./server/env.ts"),
    import("./server/metrics/startMetricsServer.ts"),
  ]);
  await startMetricsServer(dashboardEnv().METRICS_PORT);
}
