import { dirname, join } from "node:path";
import { PLUGIN_VERSIONS, type PluginName, PULUMI_VERSION } from "./versions.ts";

/** One program of the engine. */
export interface EnginePart {
  readonly id: "pulumi" | "language-host" | PluginName;
  /** For people. */
  readonly title: string;
  readonly version: string;
  /** Path below Pulumi's folder. */
  readonly file: string;
}

const plugin = (name: PluginName): EnginePart => ({
  id: name,
  title: `the ${name} plugin`,
  version: PLUGIN_VERSIONS[name],
  file: join("plugins", `resource-${name}-v${PLUGIN_VERSIONS[name]}`, `pulumi-resource-${name}`),
});

/** What makes up the engine, in building order: the first one compiles most of what the others share. */
export const ENGINE_PARTS: readonly EnginePart[] = [
  { id: "pulumi", title: "the Pulumi engine", version: PULUMI_VERSION, file: join("bin", "pulumi") },
  {
    id: "language-host",
    title: "the Node language host",
    version: PULUMI_VERSION,
    file: join("bin", "pulumi-language-nodejs"),
  },
  plugin("random"),
  plugin("postgresql"),
  plugin("keycloak"),
  plugin("docker"),
];

export const PLUGIN_NAMES = Object.keys(PLUGIN_VERSIONS) as readonly PluginName[];

export const isPlugin = (part: EnginePart): part is EnginePart & { readonly id: PluginName } =>
  part.id !== "pulumi" && part.id !== "language-host";

/** Pulumi's own mark beside a plugin's folder, there while the plugin is being installed: with it Pulumi calls it missing. */
export const unfinishedMark = ({ file }: EnginePart) => `${dirname(file)}.partial`;
