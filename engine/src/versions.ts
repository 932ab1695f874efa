/** Version of the Pulumi engine; the npm package @pulumi/pulumi is pinned to the same one. */
export const PULUMI_VERSION = "3.256.0";

/** Provider plugins by name; each version is that of its npm package, which the engine asks for by it. */
export const PLUGIN_VERSIONS = {
  random: "4.21.2",
  postgresql: "3.18.1",
  keycloak: "6.13.0",
  docker: "5.2.0",
} as const;
export type PluginName = keyof typeof PLUGIN_VERSIONS;

/** Oldest Go that builds the engine, and the oldest that fetches that one by itself through the module proxy. */
export const GO_VERSION = "1.26";
export const GO_WITH_TOOLCHAINS = "1.21";
