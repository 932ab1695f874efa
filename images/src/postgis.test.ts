import { describe, expect, it } from "vitest";
import { imageCatalogue } from "./imageSet.ts";

describe("the postgis option", () => {
  it("makes other Postgres images and touches no other", async () => {
    const [without, withGis] = await Promise.all([imageCatalogue(), imageCatalogue({ postgis: true })]);
    const changed = Object.keys(without).filter(
      (name) => JSON.stringify(Reflect.get(without, name)) !== JSON.stringify(Reflect.get(withGis, name)),
    );
    expect(changed).toEqual(["postgres", "supabase-postgres"]);
    expect(withGis.postgres.reference).toMatch(/^supalove\/postgres:[0-9a-f]{16}$/);
  });
});
