import { ImageReference, ImageVersion } from "@supalove/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StackImage } from "../generated/prisma/client.ts";
import { Catalogue } from "./catalogue.ts";
import { checkContract, postgresMajors } from "./checkContract.ts";
import { checkOffered, resolveImages } from "./resolveImages.ts";
import { versionName } from "./versionName.ts";
import { versionsView } from "./versionsView.ts";

const hash = "3f2a9c0011223344";
const row = (service: string, version: string, day: number, more: Partial<StackImage> = {}): StackImage => ({
  service,
  version,
  reference: `test/${service}:${version}`,
  note: "",
  addedAt: new Date(Date.UTC(2026, 10, day)),
  withdrawnAt: null,
  ...more,
});
const release = { db: "test/db:2", rest: "test/rest:2", meta: "test/meta:1", gateway: "test/gateway:1" };
const former = { db: "test/db:1", rest: "test/rest:1", meta: "test/meta:1", gateway: "test/gateway:1" };
const catalogue = new Catalogue(
  [
    ...["1", "2"].flatMap((version) => [row("db", version, Number(version)), row("rest", version, Number(version))]),
    row("rest", "3", 3, { withdrawnAt: new Date() }),
    row("rest", "4", 4),
    row("meta", "1", 1),
  ],
  release,
);

describe("the name of a version", () => {
  it.each([
    ["supabase/postgres:15.8.1.085", null, "15.8.1.085"],
    ["postgrest/postgrest:v12.2.3", "12.2.3", "v12.2.3"],
    [`supalove/supabase-postgres:${hash}`, "15.20", "15.20-3f2a9c"],
    [`supalove/postgres-meta:${hash}`, null, "3f2a9c"],
    [`registry:5000/a/b@sha256:${hash.repeat(4)}`, "1.2", "1.2-3f2a9c"],
    ["registry:5000/nginx", null, "latest"],
  ])("of %s with program %s is %s", (reference, program, name) => {
    expect(versionName(reference, program)).toBe(name);
    expect(ImageReference.safeParse(reference).success).toBe(true);
  });

  it("is one that the catalogue takes, whatever the image is called", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/), (tag) => {
        const name = versionName(`a/b:${tag}`, null);
        expect(name === "" || ImageVersion.safeParse(name).success).toBe(true);
      }),
    );
  });

  it.each(["", "UPPER/case", "a b", "a;rm -rf /", "a:$(id)", "-a", "a/b:", "a".repeat(300), "ä"])(
    "refuses %j as a reference",
    (text) => expect(ImageReference.safeParse(text).success).toBe(false),
  );
});

describe("the catalogue", () => {
  it("names what runs, and offers all but what runs and what was withdrawn, newest first", () => {
    const [, rest, meta, gateway] = versionsView(catalogue, former);
    expect(rest).toMatchObject({ service: "rest", version: "1", reference: "test/rest:1" });
    expect(rest?.offered.map(({ version, newer, release: brought }) => [version, newer, brought])).toEqual([
      ["4", true, false],
      ["2", true, true],
    ]);
    expect(meta).toMatchObject({ version: "1", offered: [] });
    expect(gateway).toMatchObject({ version: null, offered: [] });
  });

  it("says what this release brings and is newer, not what was pinned beyond it", () => {
    expect(catalogue.newerThan(former)).toEqual({ db: "2", rest: "2" });
    expect(catalogue.newerThan({ ...release, rest: "test/rest:4" })).toEqual({});
    expect(catalogue.newerThan({ ...release, db: "nobody/knows:it" })).toEqual({ db: "2" });
    expect(new Catalogue([], undefined).newerThan(former)).toEqual({});
  });

  it("finds the images of versions, and refuses others with those that there are", () => {
    expect(resolveImages(catalogue, { db: "1", rest: "4" })).toEqual({ db: "test/db:1", rest: "test/rest:4" });
    expect(() => resolveImages(catalogue, { rest: "9" })).toThrow("The catalogue has no version 9 of rest.");
    expect(() => resolveImages(catalogue, { rest: "3" })).toThrow("has its version 3 withdrawn, of rest");
    expect(() => checkOffered(catalogue, { rest: "test/rest:3" })).toThrow("withdrawn");
    expect(() => checkOffered(catalogue, { rest: "evil/rest:1" })).toThrow("withdrawn");
    expect(() => checkOffered(catalogue, { rest: "test/rest:2" })).not.toThrow();
  });
});

describe("the contract of an image", () => {
  const image = (labels: Record<string, string>, env: Record<string, string> = {}) => ({ id: "i", labels, env });

  it("is broken by one that says that it is something else", () => {
    expect(() => checkContract("rest", image({ "supalove.image": "nginx" }))).toThrow("an image of nginx");
    expect(() => checkContract("rest", image({ "supalove.image": "postgrest" }))).not.toThrow();
    expect(() => checkContract("rest", image({}))).not.toThrow();
    expect(() => checkContract("meta", image({}))).toThrow("PG_META_PORT");
    expect(() => checkContract("meta", image({}, { PG_META_PORT: "8080" }))).not.toThrow();
  });

  it("names each major of Postgres once", () => {
    expect(postgresMajors(image({}, { PG_MAJOR: "16" }), "15.20")).toEqual([16, 15]);
    expect(postgresMajors(image({}, { PG_MAJOR: "15" }), "15.20")).toEqual([15]);
    expect(postgresMajors(image({}), null)).toEqual([]);
  });
});
