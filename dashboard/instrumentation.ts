/** Runs once at the start of the server: what is wrong with its settings shows there, not with the first visitor. */
export async function register(): Promise<void> {
  if (process.env["NEXT_RUNTIME"] !== "nodejs") return;
  const { dashboardEnv } = await import("./server/env.ts");
  dashboardEnv();
}
