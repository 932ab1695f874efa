import { describeKills } from "../harness/killMatrix.ts";
import { VICTIMS } from "../harness/victims.ts";

/* Each process that an operation stands on, killed at a random moment of each kind of operation. */
describeKills(VICTIMS);
