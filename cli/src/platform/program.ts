export async function platformProgram(): Promise<Record<string, unknown>> {
  return {};
}
