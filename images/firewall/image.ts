import { packageImage } from "../src/packageImage.ts";

/** Keeps the rules that hold a bridge network's containers off the host, off private networks and off one another. */
export const firewall = packageImage("firewall");
