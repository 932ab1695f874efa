import { driftLine } from "../drift/driftLine.ts";
import { table } from "../terminal.ts";
import type { PlatformStatus } from "./assemble.ts";

/** A status for people. */
export function renderStatus(status: PlatformStatus, now: Date): string {
  const services = status.services.map(({ name, status: state, detail }) => ["", name, state, detail]);
  return [
    `instance ${status.instance}: ${status.healthy ? "healthy" : "not healthy"}, ${status.image_set} images`,
    table(services),
    "",
    renderUrls(status),
    ...(status.drift === null ? [] : ["", driftLine(status.drift, now)]),
  ].join("\n");
}

/** The URLs of an instance, one a line. */
export function renderUrls(status: PlatformStatus): string {
  const urls = Object.entries(status.urls).filter((entry): entry is [string, string] => entry[1] !== null);
  return table(urls.map(([name, url]) => ["", name, url]));
}
