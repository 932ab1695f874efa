import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { LiveProject } from "../../tests/harness/api.ts";
import { instance } from "../../tests/harness/platform.ts";

/**
 * The yardstick: the same PostgREST binary in the gateway's image, and nginx in front of it, for one project, on a network of
 * their own. Ends with both removed.
 */
export async function withPostgrestBehindNginx(
  project: LiveProject,
  use: (direct: string, nginx: string) => Promise<void>,
): Promise<void> {
  const image = (await execa("docker", ["inspect", "-f", "{{.Config.Image}}", `${instance}-gateway`])).stdout;
  const nginxImage =
    (await execa("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}", "supalove/nginx"])).stdout.split(
      "\n",
    )[0] ?? "";
  const rest = `${instance}-bench-rest`;
  const nginx = `${instance}-bench-nginx`;
  // On the edge network containers do not reach each other.
  const network = `${instance}-bench`;
  const folder = await mkdtemp(join(tmpdir(), "supalove-bench-"));
  try {
    const environment = await postgrestEnvironment(project);
    await execa("docker", [
      "run",
      "-d",
      "--name",
      rest,
      "--network",
      `${instance}-data`,
      "--entrypoint",
      "/usr/local/bin/postgrest",
      ...Object.entries({ ...environment, PGRST_SERVER_PORT: "3000" }).flatMap(([k, v]) => ["-e", `${k}=${v}`]),
      image,
    ]);
    await execa("docker", ["network", "create", network]);
    await execa("docker", ["network", "connect", network, rest]);
    await writeFile(
      join(folder, "nginx.conf"),
      `worker_processes auto; pid /tmp/nginx.pid; error_log /dev/stderr; events { worker_connections 1024; }
       http { access_log off; keepalive_requests 1000000000; client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
         upstream rest { server ${rest}:3000; keepalive 64; keepalive_requests 1000000000; }
         server { listen 8080; location / { proxy_pass http://rest; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`,
      { mode: 0o644 },
    );
    await execa("docker", [
      "create",
      "--name",
      nginx,
      "--network",
      network,
      "--entrypoint",
      "nginx",
      nginxImage,
      "-c",
      "/tmp/nginx.conf",
      "-g",
      "daemon off;",
    ]);
    await execa("docker", ["cp", join(folder, "nginx.conf"), `${nginx}:/tmp/nginx.conf`]);
    await execa("docker", ["start", nginx]);
    await use(`http://${await addressOf(rest, network)}:3000`, `http://${await addressOf(nginx, network)}:8080`);
  } finally {
    await execa("docker", ["rm", "-f", rest, nginx], { reject: false });
    await execa("docker", ["network", "rm", network], { reject: false });
    await rm(folder, { recursive: true });
  }
}

/** Address of a container on one of its networks. */
export async function addressOf(container: string, network: string): Promise<string> {
  const { stdout } = await execa("docker", [
    "inspect",
    "-f",
    `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`,
    container,
  ]);
  return stdout;
}

/** Environment of the project's own PostgREST, read off the running process, its unix socket left out. */
async function postgrestEnvironment(project: LiveProject): Promise<Record<string, string>> {
  await fetch(`${project.url}/rest/v1/t?limit=1`, { headers: { apikey: project.anonKey } });
  const { stdout } = await execa("docker", [
    "exec",
    `${instance}-gateway`,
    "sh",
    "-c",
    `for p in $(pidof postgrest); do tr '\\0' '\\n' < /proc/$p/environ; echo ===; done`,
  ]);
  const mine = stdout.split("===").find((block) => block.includes(`db_${project.ref}`));
  if (mine === undefined) throw new Error("the project's PostgREST is not running");
  return Object.fromEntries(
    mine
      .split("\n")
      .filter((line) => line.startsWith("PGRST_") && !/SOCKET|SERVER_|ADMIN/.test(line))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
