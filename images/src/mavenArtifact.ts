import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { BuildContext } from "./definition.ts";
import { BuildRequirementError } from "./errors.ts";

export interface MavenArtifact {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  readonly type: string;
  /** Digest of the file: what is not exactly this is not built from. */
  readonly sha256: string;
}

/** File of a Maven artifact, from the cache or the repository that Maven is configured for. */
export async function mavenArtifact(context: BuildContext, wanted: MavenArtifact): Promise<string> {
  const { group, artifact, version, type } = wanted;
  const repository = join(context.config.cacheDir, "maven");
  const file = join(repository, group.replaceAll(".", "/"), artifact, version, `${artifact}-${version}.${type}`);
  if (!(await isFile(file))) {
    context.progress(`downloading ${artifact} ${version} with Maven`);
    await context.run("mvn", [
      "--batch-mode",
      // Not the user's own repository: that would keep these files for good, and need its lock.
      `-Dmaven.repo.local=${repository}`,
      "dependency:get",
      `-Dartifact=${group}:${artifact}:${version}:${type}`,
      "-Dtransitive=false",
    ]);
  }
  if ((await sha256(file)) !== wanted.sha256) {
    await rm(file, { force: true });
    throw new BuildRequirementError(
      `${artifact} ${version} from Maven is not the file it should be (its digest differs); it was removed. Run it again, and if it stays so, look at the repository Maven uses.`,
    );
  }
  return file;
}

const isFile = (path: string) =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
