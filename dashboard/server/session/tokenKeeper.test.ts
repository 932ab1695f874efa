import { describe, expect, it } from "vitest";
import type { Session } from "./session.ts";
import { type RefreshedTokens, SessionEnded, TokenKeeper } from "./tokenKeeper.ts";

const cookie = (fields: Partial<Session> = {}): Session => ({
  id: "s1",
  sid: "sid-1",
  subject: "ada",
  name: "Ada",
  email: null,
  startedAt: 1_000,
  refreshToken: "r0",
  generation: 0,
  idToken: null,
  ...fields,
});

/** An identity provider that takes each refresh token once, as rotation wants it. */
function provider(now: { at: number }) {
  let count = 0;
  const used: string[] = [];
  let release: (() => void) | undefined;
  const gate = { wait: Promise.resolve() };
  const refresh = async (token: string): Promise<RefreshedTokens> => {
    await gate.wait;
    if (used.includes(token)) throw new SessionEnded("used twice");
    used.push(token);
    count += 1;
    return { accessToken: `a${count}`, expiresAt: now.at + 300_000, refreshToken: `r${count}`, idToken: undefined };
  };
  return {
    refresh,
    used,
    hold() {
      gate.wait = new Promise((done) => {
        release = done;
      });
    },
    letGo: () => release?.(),
  };
}

function make() {
  const now = { at: 2_000 };
  const idp = provider(now);
  return { now, idp, keeper: new TokenKeeper(idp.refresh, () => now.at) };
}

describe("TokenKeeper", () => {
  it("refreshes once for any number of requests at once", async () => {
    const { idp, keeper } = make();
    idp.hold();
    const all = Array.from({ length: 20 }, () => keeper.fresh(cookie()));
    idp.letGo();
    const tokens = await Promise.all(all);
    expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(["a1"]));
    expect(idp.used).toEqual(["r0"]);
  });

  it("serves a request whose cookie is from before the refresh with what is new", async () => {
    const { idp, keeper } = make();
    const first = await keeper.fresh(cookie());
    const late = await keeper.fresh(cookie());
    expect(late).toBe(first);
    expect(first.session).toMatchObject({ refreshToken: "r1", generation: 1 });
    expect(idp.used).toEqual(["r0"]);
  });

  it("uses the rotated token for the next refresh, whichever cookie comes", async () => {
    const { now, idp, keeper } = make();
    await keeper.fresh(cookie());
    now.at += 290_000;
    expect((await keeper.fresh(cookie())).accessToken).toBe("a2");
    expect(idp.used).toEqual(["r0", "r1"]);
  });

  it("believes a cookie that is ahead of it, as after a restart", async () => {
    const { idp, keeper } = make();
    await keeper.fresh(cookie({ refreshToken: "r7", generation: 7 }));
    expect(idp.used).toEqual(["r7"]);
  });

  it("tries again after a refresh that failed", async () => {
    const now = { at: 2_000 };
    let down = true;
    const keeper = new TokenKeeper(async () => {
      if (down) throw new Error("no answer");
      return { accessToken: "a", expiresAt: now.at + 300_000, refreshToken: undefined, idToken: undefined };
    });
    await expect(keeper.fresh(cookie())).rejects.toThrow("no answer");
    down = false;
    expect((await keeper.fresh(cookie())).session.refreshToken).toBe("r0");
  });

  it("ends the session that a logout names, also while it is being refreshed, and no other", async () => {
    const { idp, keeper } = make();
    idp.hold();
    const flying = keeper.fresh(cookie());
    keeper.end({ sid: "sid-1" });
    idp.letGo();
    await expect(flying).rejects.toThrow(SessionEnded);
    expect(keeper.holds(cookie())).toBe(false);
    await expect(keeper.fresh(cookie())).rejects.toThrow(SessionEnded);
    expect((await keeper.fresh(cookie({ id: "s2", sid: "sid-2", refreshToken: "x" }))).accessToken).toBeTruthy();
  });

  it("ends all sessions of a person that began before, not those after", async () => {
    const { now, keeper } = make();
    keeper.begin(cookie(), "a", now.at + 300_000);
    keeper.end({ subject: "ada" });
    expect(keeper.holds(cookie())).toBe(false);
    expect(keeper.holds(cookie({ startedAt: now.at + 1 }))).toBe(true);
  });
});
