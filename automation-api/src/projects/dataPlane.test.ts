import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpDataPlane } from "./dataPlane.ts";

let server: Server;
let url: string;
let answer: { status: number; body: string };
const seen: { path: string | undefined; authorization: string | undefined }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push({ path: request.url, authorization: request.headers.authorization });
    response.writeHead(answer.status, { "Content-Type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const query = (status: number, body: unknown) => {
  answer = { status, body: typeof body === "string" ? body : JSON.stringify(body) };
  return httpDataPlane(url, "token").query("a".repeat(20), "select 1");
};

describe("httpDataPlane", () => {
  it("gives the rows, and shows its token", async () => {
    expect(await query(200, { rows: [{ one: 1, two: null }], command: "SELECT", row_count: 1 })).toEqual([
      { one: 1, two: null },
    ]);
    expect(seen.at(-1)).toEqual({
      path: `/internal/v1/tenants/${"a".repeat(20)}/query`,
      authorization: "Bearer token",
    });
  });

  it("passes Postgres's own words on", async () => {
    const failure = { message: 'relation "x" does not exist', code: "42P01", detail: null, hint: "h", position: 15 };
    await expect(query(400, failure)).rejects.toMatchObject({
      code: "sql_error",
      message: 'relation "x" does not exist',
      extras: { sqlstate: "42P01", hint: "h", position: "15" },
    });
  });

  it.each([
    [404, {}, "project_not_ready"],
    [503, { message: "paused" }, "project_not_ready"],
    [503, { code: "database_unavailable", message: "no connection" }, "project_database_unavailable"],
    [409, { code: "login_refused", message: "wrong password" }, "database_login_refused"],
    [409, {}, "data_plane_unavailable"],
    [401, {}, "data_plane_unavailable"],
    [500, "<html>", "data_plane_unavailable"],
    [200, "not json", "data_plane_unavailable"],
    [200, [], "data_plane_unavailable"],
  ])("answers a %d with %j as %s", async (status, body, code) => {
    await expect(query(status, body)).rejects.toMatchObject({ code });
  });

  it("says that nobody answers", async () => {
    await expect(httpDataPlane("http://127.0.0.1:9", "t").query("a", "x")).rejects.toMatchObject({
      code: "data_plane_unavailable",
    });
  });
});
