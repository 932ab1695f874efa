import { randomBytes } from "node:crypto";
import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { type DatabaseAccess, untilAnswers } from "@supalove/components/provider/projectDatabase/access.ts";
import { type InstanceName, LABELS } from "@supalove/contracts";

/** On each container that is there for a moment, for a backup or a look into an image: the operation that wants it. */
export const BACKUP_LABEL = "supalove.backup";
/** What stands there for a container that looks into an image for no operation; such a one is gone in a moment. */
export const NO_OPERATION = "none";
const YOUNG_SECONDS = 120;
/** The engine answers after a stopped database has written what it had in memory. */
const STOP_SECONDS = 120;
/** Quiet minutes are normal while a large table is restored. */
const PATIENCE_SECONDS = 3_600;

export interface ThrowawayArgs {
  readonly endpoint: string;
  readonly instance: InstanceName;
  readonly operationId: string;
  readonly image: string;
  /** Command of the database, and the image's entrypoint where it is not the one that is run. */
  readonly command: readonly string[];
  readonly entrypoint?: readonly string[];
  /** User of the container where it is not the image's. */
  readonly user?: string;
  readonly memoryMebibytes: number;
  /** A project's volume that it works on; its own, which goes with it, when absent. */
  readonly volume?: string;
}

/** A client for long streams. */
export const patientEngine = (endpoint: string) => dockerEngine(endpoint, PATIENCE_SECONDS);

/**
 * Has a database run for as long as it is used: without network, without what it could do harm with, and gone afterwards,
 * whatever happens. One on a project's volume is stopped in order.
 */
export async function withThrowaway<T>(
  args: ThrowawayArgs,
  signal: AbortSignal,
  use: (access: DatabaseAccess) => Promise<T>,
): Promise<T> {
  const { endpoint, instance, operationId, volume } = args;
  const docker = patientEngine(endpoint);
  const name = `${instance}-backup-${randomBytes(6).toString("hex")}`;
  const password = randomBytes(24).toString("hex");
  signal.throwIfAborted();
  const container = await docker.createContainer({
    name,
    Image: args.image,
    Cmd: [...args.command],
    ...(args.entrypoint === undefined ? {} : { Entrypoint: [...args.entrypoint] }),
    ...(args.user === undefined ? {} : { User: args.user }),
    Env: [`POSTGRES_PASSWORD=${password}`, "POSTGRES_DB=postgres", "JWT_EXP=3600"],
    Labels: { [LABELS.instance]: instance, [BACKUP_LABEL]: operationId },
    HostConfig: {
      AutoRemove: true,
      NetworkMode: "none",
      Init: true,
      Memory: args.memoryMebibytes * 1024 * 1024,
      MemorySwap: 2 * args.memoryMebibytes * 1024 * 1024,
      PidsLimit: 256,
      ShmSize: 128 * 1024 * 1024,
      CpuShares: 256,
      CapDrop: ["ALL"],
      // The upstream image starts as root, takes its folder over and goes on as `postgres`.
      CapAdd: args.user === undefined ? ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"] : [],
      SecurityOpt: ["no-new-privileges"],
      ...(volume === undefined
        ? {}
        : { Mounts: [{ Type: "volume", Source: volume, Target: "/var/lib/postgresql/data" }] }),
    },
  });
  const end = () => remove(docker.getContainer(container.id), volume !== undefined);
  const abort = () => void end().catch(() => undefined);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await container.start();
    const access = { endpoint, container: name, password };
    await untilAnswers(access);
    return await use(access);
  } finally {
    signal.removeEventListener("abort", abort);
    await end();
  }
}

/**
 * Removes the containers of backups that nobody takes any more.
 * @param left says whose those are. Asked for after the containers were listed: an operation runs before it makes its first.
 */
export async function clearThrowaways(
  endpoint: string,
  instance: InstanceName,
  left: () => Promise<(operationId: string) => boolean>,
): Promise<void> {
  const docker = patientEngine(endpoint);
  const filters = { label: [`${LABELS.instance}=${instance}`, BACKUP_LABEL] };
  const containers = await docker.listContainers({ all: true, filters });
  const isLeft = await left();
  for (const { Id, Labels, Mounts, Created } of containers) {
    const owner = Labels[BACKUP_LABEL] ?? "";
    if (!isLeft(owner) || (owner === NO_OPERATION && Date.now() / 1000 - Created < YOUNG_SECONDS)) continue;
    // A volume with a name is a project's; one of its own has none but its id.
    const onProject = Mounts.some(({ Name }) => Name?.startsWith(`${instance}-`));
    await remove(docker.getContainer(Id), onProject);
  }
}

type Container = ReturnType<ReturnType<typeof dockerEngine>["getContainer"]>;

async function remove(container: Container, inOrder: boolean): Promise<void> {
  if (inOrder) await settled(container.stop({ t: STOP_SECONDS }));
  await settled(container.remove({ force: true, v: true }));
}

/** Stopped already, gone already, or being removed by the engine: all of it is what was wanted. */
async function settled(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (![304, 404, 409].includes(dockerStatus(error) ?? 0)) throw error;
  }
}
