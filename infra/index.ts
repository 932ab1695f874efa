import { platformProgram } from "./src/index.ts";

/** What a plain `pulumi up` at the root runs: the program of `./supalove up`, with the same resources. */
export default platformProgram;
