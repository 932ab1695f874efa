import { copyFile, link } from "node:fs/promises";
import { join } from "node:path";
import type { ImageDefinition } from "../src/definition.ts";
import { mavenArtifact } from "../src/mavenArtifact.ts";
import { stageFolder } from "../src/stageFolder.ts";
import { VERSIONS } from "../src/versions.ts";

const ZIP = {
  group: "org.keycloak",
  artifact: "keycloak-quarkus-dist",
  version: VERSIONS.keycloak,
  type: "zip",
  sha256: "27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f",
};

/** Keycloak, optimised for Postgres at build time. Java 17 is enough for it. */
export const keycloak: ImageDefinition = {
  name: "keycloak",
  parents: ["base"],
  sources: [],
  inputs: { keycloak: VERSIONS.keycloak, sha256: ZIP.sha256 },
  requires: [{ command: "mvn", aptPackages: ["maven", "default-jre-headless"], neededFor: "Keycloak" }],
  async build(context) {
    const zip = await mavenArtifact(context, ZIP);
    const staged = join(context.stage, "keycloak.zip");
    // 177 MB: linked where the cache lies on the same file system.
    await link(zip, staged).catch(() => copyFile(zip, staged));
    await stageFolder(context);
    await context.dockerBuild({ BASE: context.parent("base"), KEYCLOAK: VERSIONS.keycloak });
  },
};
