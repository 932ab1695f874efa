import { text } from "node:stream/consumers";
import { sanitiseState } from "./sanitiseState.ts";

/*
 * Makes a golden state out of an exported one:
 *
 *   pulumi stack export --show-secrets | node components/src/testing/sanitiseMain.ts > infra/golden/<version>.json
 */
const state = JSON.parse(await text(process.stdin)) as Parameters<typeof sanitiseState>[0];
process.stdout.write(`${JSON.stringify(sanitiseState(state), null, 1)}\n`);
