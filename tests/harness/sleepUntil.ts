/**
 * Polls until `probe` gives something other than undefined, and gives that.
 * @param seconds how long to try; then it fails naming `what`
 * @throws what `probe` throws, at once
 */
export async function sleepUntil<T>(
  what: string,
  probe: () => Promise<T | undefined>,
  seconds = 30,
  everyMs = 100,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
