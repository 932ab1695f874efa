/** How pages look; `undefined` follows the system. */
export type Theme = "light" | "dark";

export const readTheme = (value: string | undefined): Theme | undefined =>
  value === "light" || value === "dark" ? value : undefined;
