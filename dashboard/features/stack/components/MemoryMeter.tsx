import clsx from "clsx";
import { bytesText } from "../../../ui/bytesText.ts";

/** From here on a container is close to being ended for what it takes. */
const FULL = 0.9;

interface Props {
  readonly used: number | null;
  readonly limit: number | null;
}

/** Memory in use, in words and as a bar. */
export function MemoryMeter({ used, limit }: Props) {
  if (used === null) return limit === null ? "–" : `up to ${bytesText(limit)}`;
  if (limit === null) return bytesText(used);
  const part = Math.min(1, used / limit);
  const words = `${bytesText(used)} of ${bytesText(limit)}`;
  return (
    <>
      <span className="whitespace-nowrap">{words}</span>
      <span aria-hidden className="mt-1.5 block h-1.5 max-w-60 overflow-hidden rounded-full bg-line">
        <span
          className={clsx("block h-full rounded-full", part < FULL ? "bg-accent" : "bg-cut")}
          style={{ width: `${part * 100}%` }}
        />
      </span>
    </>
  );
}
