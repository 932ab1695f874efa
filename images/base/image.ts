import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findDebianMirror, sourcesList } from "../src/debianMirror.ts";
import type { ImageDefinition } from "../src/definition.ts";
import { BuildRequirementError } from "../src/errors.ts";
import { VERSIONS } from "../src/versions.ts";

/** Debian without documentation and translations: what every other local image starts from. */
export const base: ImageDefinition = {
  name: "base",
  parents: [],
  sources: [],
  inputs: { debian: VERSIONS.debian, serial: VERSIONS.debianSerial },
  requires: [
    { command: "debootstrap", aptPackages: ["debootstrap", "debian-archive-keyring"], neededFor: "the base image" },
  ],
  async build({ config, reference, folder, stage, run, progress }) {
    if (process.getuid?.() !== 0) {
      throw new BuildRequirementError("debootstrap must run as root: run ./supalove setup once with sudo");
    }
    const mirror = await findDebianMirror(config);
    const sources = join(stage, "sources.list");
    const rootfs = join(stage, "rootfs");
    await mkdir(rootfs);
    await writeFile(sources, sourcesList(mirror, VERSIONS.debian));
    progress("fetching Debian packages");
    await run("sh", [join(folder, "bootstrap.sh"), VERSIONS.debian, mirror.main, rootfs, sources], {
      onLine: (line) => {
        const step = /^I: (Retrieving|Unpacking|Configuring|Validating) (\S+)/.exec(line.trim());
        if (step !== null) progress(`${step[1]?.toLowerCase()} ${step[2]}`);
      },
    });
    await cp(join(folder, "bin"), join(rootfs, "usr/local/bin"), { recursive: true });
    progress("importing");
    const change = "ENV LANG=C.UTF-8";
    await run("sh", [
      "-c",
      'tar -C "$1" --numeric-owner -c . | docker import -c "$2" -c "$3" -m base - "$4"',
      "import",
      rootfs,
      change,
      "LABEL supalove.image=base",
      reference,
    ]);
  },
};
