import { dockerEngine, dockerStatus } from "@supalove/components/docker/dockerEngine.ts";
import { LABELS, type RunnerEnv, type StackService, stackName } from "@supalove/contracts";
import { askDatabase } from "./askDatabase.ts";
import { checkContract } from "./checkContract.ts";
import { type FoundImage, ImageMissing, type ImagePort, type ImageProgram, ImageUnfit } from "./imagePort.ts";
import { runProgram } from "./runProgram.ts";

/** A registry that sends nothing for this long has none to send. */
const PULL_SECONDS = 600;
const STOP_SECONDS = 120;

/** Label by which images tell the version of what is in them. */
const VERSION_LABEL = "org.opencontainers.image.version";

const EXTENSIONS = "supalove-extensions";
/** Says its version, then what lies where Postgres looks for extensions. */
const DATABASE_SCRIPT = ["postgres --version", `echo ${EXTENSIONS}`, 'ls "$(pg_config --sharedir)/extension"'].join(
  " && ",
);

/** What each service's program is asked with; postgres-meta has none that would answer. */
const COMMANDS: Readonly<Record<Exclude<StackService, "meta">, readonly string[]>> = {
  db: ["sh", "-c", DATABASE_SCRIPT],
  rest: ["postgrest", "--version"],
  gateway: ["nginx", "-v"],
};

const VERSION = /(?:\(PostgreSQL\)|PostgREST|nginx\/)\s*v?(\d+(?:\.\d+)*)/i;

/** Images through the Docker engines of the servers. */
export function dockerImages({ SUPALOVE_INSTANCE: instance }: Pick<RunnerEnv, "SUPALOVE_INSTANCE">): ImagePort {
  /** An image never changes: what was asked once is known by its id. */
  const known = new Map<string, ImageProgram>();
  return {
    obtain,
    async program(endpoint, service, image, { operationId, signal }) {
      checkContract(service, image);
      const told = image.labels[VERSION_LABEL] ?? null;
      if (service === "meta") return { version: told, extensions: [] };
      const key = `${service} ${image.id}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const command = COMMANDS[service];
      const labels = { [LABELS.instance]: instance };
      const said = await runProgram({ endpoint, image: image.id, command, operationId, labels, signal }).catch(
        unstarted,
      );
      const program = programOf(service, said);
      known.set(key, program);
      return program;
    },
    database: askDatabase,
    async clear({ place, ref }, images) {
      const docker = dockerEngine(place.endpoint, STOP_SECONDS + 30);
      for (const [service, reference] of Object.entries(images)) {
        const container = docker.getContainer(stackName(place.instance, ref, service));
        const found = await unlessGone(container.inspect());
        const image = await unlessGone(docker.getImage(reference).inspect());
        if (found === undefined || (image !== undefined && found.Image === image.Id)) continue;
        await unlessGone(container.stop({ t: STOP_SECONDS }));
        await unlessGone(container.remove({ force: true }));
      }
    },
  };
}

function programOf(
  service: StackService,
  said: { readonly code: number; readonly stdout: string; readonly stderr: string },
) {
  const version = VERSION.exec(`${said.stdout}\n${said.stderr}`)?.[1];
  if (said.code !== 0 || version === undefined) {
    throw new ImageUnfit(`the program of ${service} in it does not say its version`);
  }
  const lines = said.stdout.split("\n").map((line) => line.trim());
  const files = lines.slice(lines.indexOf(EXTENSIONS) + 1);
  const extensions = files.flatMap((file) => /^(.+)\.control$/.exec(file)?.[1] ?? []);
  return { version, extensions: service === "db" ? extensions : [] };
}

/** There is no such program in the image. */
function unstarted(error: unknown): never {
  if ([400, 404, 500].includes(dockerStatus(error) ?? 0)) {
    throw new ImageUnfit("the program of the service is not in it", { cause: error });
  }
  throw error;
}

async function obtain(endpoint: string, reference: string, signal: AbortSignal): Promise<FoundImage> {
  const docker = dockerEngine(endpoint, PULL_SECONDS);
  const look = () => unlessGone(docker.getImage(reference).inspect());
  let found = await look();
  if (found === undefined) {
    await pull(docker, reference, signal);
    found = await look();
  }
  if (found === undefined) throw new ImageMissing(`the server has no image ${reference}`);
  const env = (found.Config?.Env ?? []).map((line): [string, string] => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  return { id: found.Id, labels: found.Config?.Labels ?? {}, env: Object.fromEntries(env) };
}

async function pull(docker: ReturnType<typeof dockerEngine>, reference: string, signal: AbortSignal): Promise<void> {
  try {
    const stream = await docker.pull(reference, { abortSignal: signal });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error)));
    });
  } catch (error) {
    signal.throwIfAborted();
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    throw new ImageMissing(`the server has no image ${reference}, and can't pull it: ${reason}`, { cause: error });
  }
}

/** Stopped already, or gone: undefined. */
async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (![304, 404, 409].includes(dockerStatus(error) ?? 0)) throw error;
    return undefined;
  }
}
