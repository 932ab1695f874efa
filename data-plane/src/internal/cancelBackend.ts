import { connect } from "node:net";
import type pg from "pg";

const CANCEL_REQUEST_CODE = 80877102;

/** What the server named this connection by; pg keeps it without declaring it. */
interface BackendKey {
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/** Asks the server to cancel what a connection is running, as the protocol has it: by a message on a connection of its own. */
export function cancelBackend(client: pg.Client): void {
  const { processID, secretKey } = client as pg.Client & BackendKey;
  if (processID === null || secretKey === null) return;
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL_REQUEST_CODE, 4);
  message.writeInt32BE(processID, 8);
  message.writeInt32BE(secretKey, 12);
  const socket = connect({ host: client.host, port: client.port });
  socket.setTimeout(2_000, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("connect", () => socket.end(message));
}
