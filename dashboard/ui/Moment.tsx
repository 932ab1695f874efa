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
  const seconds = (Date.parse(iso) - now) / 1000;
  return seconds > -5 ? "just now" : distance(seconds);
}

/** How far ahead something is, in words. */
export function ahead(iso: string, now: number): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  return seconds < 5 ? "now" : distance(seconds);
}

function distance(seconds: number): string {
  let value = seconds;
  for (const [size, unit] of STEPS) {
    if (Math.abs(value) < size) return words.format(Math.round(value), unit);
    value /= size;
  }
  return words.format(Math.round(value), "year");
}

/** A time as people say it, `coming` where it lies ahead; the exact one on demand. */
export function Moment({ at, coming = false }: { readonly at: string; readonly coming?: boolean }) {
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
      {coming ? ahead(at, now) : ago(at, now)}
    </time>
  );
}
