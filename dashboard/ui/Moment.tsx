"use client";

import { useEffect, useState } from "react";

const STEPS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [60, "second"],
  [60, "minute"],
  [24, "hour"],
  [30, "day"],
  [12, "month"],
  [Number.POSITIVE_INFINITY, "year"],
];

const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** How long ago something was, in words. */
export function ago(iso: string, now: number): string {
  let value = (Date.parse(iso) - now) / 1000;
  if (value > -5) return "just now";
  for (const [size, unit] of STEPS) {
    if (Math.abs(value) < size) return words.format(Math.round(value), unit);
    value /= size;
  }
  return iso;
}

/** A time as people say it; the exact one on demand. */
export function Moment({ at }: { readonly at: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return (
    // Between the server's answer and the browser's look at it time goes on, and their zones may differ.
    <time
      dateTime={at}
      title={new Date(at).toLocaleString("en-GB")}
      className="whitespace-nowrap"
      suppressHydrationWarning
    >
      {ago(at, now)}
    </time>
  );
}
