import { packageImage } from "../src/packageImage.ts";

/** nginx without root, on port 8080. */
export const nginx = packageImage("nginx");
