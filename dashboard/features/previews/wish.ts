import type { StartedPreview } from "@supalove/contracts/api/index.ts";
import { callApi, newIdempotencyKey } from "../../lib/callApi.ts";

/** A wished change, as it is sent to be previewed. */
export interface Wish {
  /** `/v1/previews`, or that of a project. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const key = (previewId: string) => `wish ${previewId}`;

/** Asks what a wish would do. Nothing is changed by it. @throws ApiFailure */
export async function askForPreview(wish: Wish): Promise<StartedPreview> {
  const started = await callApi<StartedPreview>(wish.path, { body: wish.body, idempotencyKey: newIdempotencyKey() });
  // So that a stale preview can be made anew; one that holds a password is not kept.
  if (!("db_pass" in wish.body)) sessionStorage.setItem(key(started.id), JSON.stringify(wish));
  return started;
}

/** The wish behind a preview that was asked for in this tab. */
export function recallWish(previewId: string): Wish | undefined {
  const kept = sessionStorage.getItem(key(previewId));
  return kept === null ? undefined : (JSON.parse(kept) as Wish);
}
