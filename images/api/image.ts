import { serviceImage } from "../src/serviceImage.ts";

/** The HTTP API. */
export const api = serviceImage({
  name: "api",
  parent: "node",
  bundle: {
    entries: { main: "automation-api/src/api/main.ts", admin: "automation-api/src/admin/main.ts" },
    sources: [
      "automation-api/src",
      "automation-api/prisma/schema.prisma",
      "automation-api/package.json",
      "contracts/src",
      "components/src",
      "stacks/src",
    ],
  },
});
