/** Versions of everything that is downloaded for the local set. Changing one changes the tags of the images made of it. */
export const VERSIONS = {
  debian: "bookworm",
  /** Bump to take in Debian's security updates: the base image and all its children are then built anew. */
  debianSerial: "2026-11-22",
  node: "24.21.0",
  postgres: "15",
  /** Built from the source package of the next Debian release, as this one has none. */
  pgvector: "0.8.0",
  pgvectorDebian: "trixie",
  postgrest: "12.0.2-2",
  keycloak: "26.7.3",
} as const;
