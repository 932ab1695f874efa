import { packageImage } from "../src/packageImage.ts";

/** Prometheus from Debian, with the upstream image's paths and user. */
export const prometheus = packageImage("prometheus");
