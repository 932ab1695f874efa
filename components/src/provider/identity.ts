/** Name and version under which an engine knows our provider; apart from its code, which is slow to load. */
export const PROVIDER_NAME = "supalove";
export const PROVIDER_VERSION = "0.1.0";
