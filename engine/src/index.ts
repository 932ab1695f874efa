export { type EngineConfig, loadEngineConfig } from "./config.ts";
export { EngineError, GoMissingError } from "./errors.ts";
export { engineSourcesDigest } from "./modules.ts";
export { type ObtainEngineOptions, type ObtainedEngine, obtainEngine } from "./obtainEngine.ts";
export { ENGINE_PARTS, type EnginePart } from "./parts.ts";
export { GO_VERSION, PLUGIN_VERSIONS, PULUMI_VERSION } from "./versions.ts";
