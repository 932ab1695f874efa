import type { ApiEnv } from "@supalove/contracts";
import type { Logger } from "pino";
import type { Authenticator } from "../auth/authenticate.ts";
import type { Database } from "../database/client.ts";
import type { EventReader } from "../operations/eventReader.ts";
import type { OperationFeed } from "../operations/operationFeed.ts";
import type { AddressLookups } from "../organizations/addressLookups.ts";
import type { DataPlane } from "../projects/dataPlane.ts";

/** Everything the routes work with; made once at start, replaced piece by piece in tests. */
export interface Services {
  readonly env: ApiEnv;
  readonly database: Database;
  readonly authenticator: Authenticator;
  readonly feed: OperationFeed;
  readonly events: EventReader;
  readonly lookups: AddressLookups;
  readonly dataPlane: DataPlane;
  readonly logger: Logger;
}
