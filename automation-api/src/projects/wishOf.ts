import { OptionalService, type Size, type StackSettings } from "@supalove/contracts";
import type { UpdateProjectBody } from "@supalove/contracts/api/index.ts";
import type { ProjectWish } from "../previews/wished.ts";

type StackBody = Pick<UpdateProjectBody, "services" | "postgres_settings" | "routes" | "publish_database">;

interface Fields extends StackBody {
  readonly name?: string | undefined;
  readonly size?: Size | undefined;
  readonly desired_instance_size?: Size | undefined;
  readonly extensions?: string[] | undefined;
}

/** What a body wishes for, under our own names; only what it names. */
export function wishOf({ name, size, desired_instance_size, extensions, ...body }: Fields): ProjectWish {
  const wishedSize = size ?? desired_instance_size;
  const stack = stackWishOf(body);
  return {
    ...(name === undefined ? {} : { name }),
    ...(wishedSize === undefined ? {} : { size: wishedSize }),
    ...(extensions === undefined ? {} : { extensions }),
    ...(Object.keys(stack).length === 0 ? {} : { stack }),
  };
}

/** What a body wishes for of a dedicated project's stack. */
export function stackWishOf({
  services,
  postgres_settings,
  routes,
  publish_database,
}: StackBody): Partial<Omit<StackSettings, "images">> {
  return {
    // The database is always there.
    ...(services === undefined
      ? {}
      : { services: OptionalService.options.filter((service) => services.includes(service)) }),
    ...(postgres_settings === undefined ? {} : { postgresSettings: postgres_settings }),
    ...(routes === undefined ? {} : { routes }),
    ...(publish_database === undefined ? {} : { publishDatabase: publish_database }),
  };
}
