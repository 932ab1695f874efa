import type { StackService } from "@supalove/contracts";
import { NO_OPERATION } from "../backups/throwaway.ts";
import { LOCAL_ADMIN } from "../database/seedInstance.ts";
import type { StackImage } from "../generated/prisma/client.ts";
import { type CatalogueParts, CatalogueRefusal } from "./catalogueRefusal.ts";
import { ImageMissing, ImageUnfit } from "./imagePort.ts";

export interface NewVersion {
  readonly service: StackService;
  readonly version: string;
  readonly reference: string;
  readonly note: string;
}

/**
 * Adds a version to the catalogue once every server has its image, and the image is what the service needs. One that was
 * withdrawn is offered again.
 * @throws CatalogueRefusal
 */
export async function addVersion(parts: CatalogueParts, wanted: NewVersion): Promise<StackImage> {
  const { database } = parts;
  const { service, version, reference, note } = wanted;
  await checkFree(parts, wanted);
  for (const { id, endpoint } of await database.server.findMany({ orderBy: { id: "asc" } })) {
    await checkOn(parts, wanted, id, endpoint);
  }
  const [row] = await database.$transaction([
    database.stackImage.upsert({
      where: { service_version: { service, version } },
      create: { service, version, reference, note },
      update: { withdrawnAt: null, ...(note === "" ? {} : { note }) },
    }),
    database.auditEntry.create({
      data: {
        actor: "local admin",
        actorId: LOCAL_ADMIN,
        operation: "addVersion",
        details: { service, version, reference },
      },
    }),
  ]);
  return row;
}

/** A name stands for one image, and an image has one name. */
async function checkFree({ database }: CatalogueParts, { service, version, reference }: NewVersion): Promise<void> {
  const rows = await database.stackImage.findMany({ where: { service, OR: [{ version }, { reference }] } });
  const other = rows.find((row) => row.version !== version || row.reference !== reference);
  if (other === undefined) return;
  throw new CatalogueRefusal(
    other.version === version
      ? `version ${version} of ${service} is ${other.reference} already; give this image another name`
      : `${reference} is version ${other.version} of ${service} already; use that name`,
  );
}

async function checkOn(
  { images, signal }: CatalogueParts,
  { service, reference }: NewVersion,
  server: string,
  endpoint: string,
): Promise<void> {
  try {
    const image = await images.obtain(endpoint, reference, signal);
    await images.program(endpoint, service, image, { operationId: NO_OPERATION, signal });
  } catch (error) {
    if (error instanceof ImageMissing) {
      throw new CatalogueRefusal(
        `${error.message} (server ${server}); bring it there with docker pull, docker load or docker build, then add it again`,
      );
    }
    if (error instanceof ImageUnfit) {
      throw new CatalogueRefusal(
        `${reference} can't be an image of ${service}: ${error.message}; choose another image`,
      );
    }
    throw error;
  }
}
