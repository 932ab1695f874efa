export { PLATFORM_PROJECT, platformProgram } from "./platformProgram.ts";
export { SettingsError } from "./settings.ts";
