import type { Size } from "@supalove/contracts";
import type { ProjectWish } from "../previews/wished.ts";

interface Fields {
  readonly name?: string | undefined;
  readonly size?: Size | undefined;
  readonly desired_instance_size?: Size | undefined;
  readonly extensions?: string[] | undefined;
}

/** What a body wishes for, under our own names; only what it names. */
export function wishOf({ name, size, desired_instance_size, extensions }: Fields): ProjectWish {
  const wishedSize = size ?? desired_instance_size;
  return {
    ...(name === undefined ? {} : { name }),
    ...(wishedSize === undefined ? {} : { size: wishedSize }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}
