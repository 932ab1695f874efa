import { HANDLERS } from "./index.ts";
import { startProviderServer } from "./server.ts";

/*
 * The provider as a plugin process, for a plain `pulumi up`: an engine starts `pulumi-resource-supalove`, which runs this
 * file, reads the port from the first line of its output and ends the process when it is done.
 */
const server = await startProviderServer(HANDLERS);
process.stdout.write(`${server.port}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    server.close();
    process.exit(0);
  });
}
