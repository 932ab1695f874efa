/** Configuration keys of a platform's base stack, namespace `supalove`; what they mean stands in docs/operations.md. */
export const SETTINGS = [
  "portBase",
  "bindAddress",
  "publicHost",
  "insecureBind",
  "projectsSubnet",
  "imageSet",
  "images",
  "imageOverrides",
  "postgis",
  "signUp",
  "verifyEmail",
  "mail",
  "mailPassword",
] as const;
export type Setting = (typeof SETTINGS)[number];

/**
 * What is wrong with a key of the namespace; undefined for one that exists. A mistyped key must not be passed over: its
 * default would be used in silence.
 * @param key without the namespace
 */
export function unknownSetting(key: string): string | undefined {
  if ((SETTINGS as readonly string[]).includes(key)) return undefined;
  const [nearest] = SETTINGS.map((name) => ({ name, far: distance(key.toLowerCase(), name.toLowerCase()) })).sort(
    (a, b) => a.far - b.far,
  );
  const hint =
    nearest !== undefined && nearest.far <= 3
      ? `did you mean supalove:${nearest.name}?`
      : `there are ${SETTINGS.join(", ")}`;
  return `supalove:${key} is no setting of this version; ${hint}`;
}

/** Letters that have to be changed, added or left out to make one word of the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
