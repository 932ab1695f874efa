import { serviceImage } from "../src/serviceImage.ts";

/**
 * The runner: takes operations and drives Pulumi. The second program is one operation's engine process, the third an operator's
 * way to the catalogue of images.
 */
export const runner = serviceImage({
  name: "runner",
  parent: "runner-runtime",
  bundle: {
    entries: {
      main: "automation-api/src/runner/main.ts",
      operationChild: "automation-api/src/runner/operationChild.ts",
      catalogue: "automation-api/src/images/main.ts",
    },
    sources: ["automation-api/src", "automation-api/package.json", "contracts/src", "components/src", "stacks/src"],
  },
  files: { "prisma/migrations": "automation-api/prisma/migrations" },
});
