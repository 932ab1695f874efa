import { connect } from "node:net";

/** Sends bytes as no HTTP client would, and gives what comes back until the server hangs up or says nothing more. */
export function rawRequest(port: number, bytes: string, quietMs = 1_500): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.setTimeout(quietMs, () => socket.destroy());
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    socket.on("close", () => resolve(text));
    socket.on("error", (error: Error & { code?: string }) =>
      error.code === "ECONNRESET" ? resolve(text) : reject(error),
    );
    socket.write(bytes, "latin1");
  });
}

export const statusesOf = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map((match) => Number(match[1]));
