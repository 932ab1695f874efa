import { packageImage } from "../src/packageImage.ts";

/** nginx without root, on port 8080: HTTP (`conf.d`) and plain TCP (`stream.d`). */
export const nginx = packageImage("nginx");
