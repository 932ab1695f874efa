export * from "./instance.ts";
export * from "./operations.ts";
export * from "./projectRef.ts";
export * from "./projectSpec.ts";
export * from "./sealedSecret.ts";
export * from "./serviceEnv.ts";
export * from "./tenantNames.ts";
export * from "./tenantRegistry.ts";
