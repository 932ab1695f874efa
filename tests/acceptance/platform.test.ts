import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { instance, readStatus, supalove } from "../harness/platform.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Inspected {
  readonly Name: string;
  readonly Image: string;
  readonly State: { readonly Health?: { readonly Status: string } };
  readonly Config: {
    readonly Env: readonly string[];
    readonly User: string;
    readonly Labels: Record<string, string>;
    readonly Healthcheck?: { readonly Test?: readonly string[] };
  };
  readonly HostConfig: {
    readonly Binds: readonly string[] | null;
    readonly Mounts?: readonly { readonly Source: string }[] | null;
    readonly Memory: number;
    readonly RestartPolicy: { readonly Name: string };
    readonly LogConfig: { readonly Config: Record<string, string> };
    readonly Privileged: boolean;
    readonly NetworkMode: string;
    readonly CapAdd: readonly string[] | null;
    readonly CapDrop: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly PortBindings: Record<string, readonly { readonly HostIp: string }[]> | null;
  };
}

const isFirewall = ({ Name }: Inspected) => Name === `/${instance}-firewall`;

async function containers(): Promise<Inspected[]> {
  const ids = await execa("docker", ["ps", "-aq", "--filter", `label=supalove.instance=${instance}`]);
  const { stdout } = await execa("docker", ["inspect", ...ids.stdout.split("\n")]);
  return JSON.parse(stdout) as Inspected[];
}

/** Passwords, keys and tokens in the containers' environment: what no image may hold. */
function secretsOf(all: readonly Inspected[]): string[] {
  const secrets = new Set<string>();
  for (const line of all.flatMap(({ Config }) => Config.Env)) {
    const value = line.slice(line.indexOf("=") + 1);
    const password = /:\/\/[^:/]+:([^@]+)@/.exec(value)?.[1];
    if (password !== undefined) secrets.add(decodeURIComponent(password));
    for (const [, text = ""] of value.matchAll(/"(?:password|k\d+)":"([^"]+)"/g)) secrets.add(text);
    if (/^\w*(PASS|PASSWORD|SECRET|TOKEN|CLIENT_SECRET)=/.test(line) && value.length >= 16) secrets.add(value);
  }
  return [...secrets];
}

/** A file with a pattern a line, gone when the test is over. */
async function patternFile(patterns: readonly string[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "supalove-patterns-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, "patterns");
  await writeFile(file, `${patterns.join("\n")}\n`, { mode: 0o600 });
  return file;
}

describe("the platform", () => {
  it("says it is healthy, and where everything is", async () => {
    const status = await readStatus();
    expect(status).toMatchObject({ instance, healthy: true });
    for (const url of [status.urls.dashboard, status.urls.api, status.urls.gateway])
      expect(url).toMatch(/^http:\/\/localhost:\d+$/);
    for (const name of ["control-db", "shared-db", "api", "runner", "gateway", "dashboard"]) {
      expect(status.services.find((service) => service.name === name)).toMatchObject({ status: "healthy" });
    }
  });

  it("has nothing to change when brought up again", async () => {
    const again = await supalove("up");
    expect(again.exitCode, again.stderr).toBe(0);
    expect(`${again.stdout}\n${again.stderr}`).toMatch(/no changes/i);
  });

  it("is the same stack for plain pulumi at the root", async () => {
    const preview = await execa(
      "sh",
      ["-c", `eval "$(./supalove --instance ${instance} env)" && pulumi preview --expect-no-changes --non-interactive`],
      { cwd: root, reject: false },
    );
    expect(preview.exitCode, `${preview.stdout}\n${preview.stderr}`).toBe(0);
  });

  it("listens on the loopback address only", async () => {
    for (const container of await containers()) {
      for (const bindings of Object.values(container.HostConfig.PortBindings ?? {})) {
        for (const { HostIp } of bindings) expect(HostIp, container.Name).toBe("127.0.0.1");
      }
    }
  });

  it("limits memory and logs, restarts, and runs nothing privileged", async () => {
    for (const { Name, HostConfig } of await containers()) {
      expect(HostConfig.Memory, Name).toBeGreaterThan(0);
      expect(HostConfig.RestartPolicy.Name, Name).toBe("unless-stopped");
      expect(HostConfig.LogConfig.Config["max-size"], Name).toBeDefined();
      expect(HostConfig.Privileged, Name).toBe(false);
    }
  });

  it("runs nothing as root, with a capability, or without a health check", async () => {
    // The firewall is the exception, with a case of its own.
    for (const { Name, Config, HostConfig, State } of (await containers()).filter((c) => !isFirewall(c))) {
      expect(Config.User, Name).toMatch(/^(?!0(:|$)|root(:|$)).+/);
      const user = await execa("docker", ["exec", Name.slice(1), "cat", "/proc/1/status"]);
      expect(/^Uid:\s+(\d+)/m.exec(user.stdout)?.[1], Name).not.toBe("0");
      expect(/^CapEff:\s+(\w+)/m.exec(user.stdout)?.[1], Name).toMatch(/^0+$/);
      expect([HostConfig.CapDrop, HostConfig.CapAdd ?? []], Name).toEqual([["ALL"], []]);
      expect(HostConfig.SecurityOpt, Name).toContain("no-new-privileges");
      expect(Config.Healthcheck?.Test?.length, Name).toBeGreaterThan(1);
      expect(State.Health?.Status, Name).toBe("healthy");
    }
  });

  it("lets the firewall of the projects' network do that and nothing else", async () => {
    const [firewall, ...more] = (await containers()).filter(isFirewall);
    expect(more).toEqual([]);
    expect(firewall?.HostConfig.NetworkMode).toBe("host");
    expect([firewall?.HostConfig.CapDrop, firewall?.HostConfig.CapAdd]).toEqual([["ALL"], ["CAP_NET_ADMIN"]]);
    expect(firewall?.HostConfig.SecurityOpt).toContain("no-new-privileges");
    expect([firewall?.HostConfig.Binds ?? [], firewall?.HostConfig.Mounts ?? []]).toEqual([[], []]);
    expect(firewall?.State.Health?.Status).toBe("healthy");
    // It needs no secret and has none.
    expect(firewall?.Config.Env.filter((line) => !/^(BRIDGE|PEER|TABLE|PATH|LANG)=/.test(line))).toEqual([]);
  });

  it("keeps its secrets out of every image's layers", { timeout: 600_000 }, async () => {
    const all = await containers();
    const secrets = secretsOf(all);
    expect(secrets.length).toBeGreaterThan(10);
    for (const image of new Set(all.map(({ Image }) => Image))) {
      const history = await execa("docker", ["history", "--no-trunc", "--format", "{{.CreatedBy}}", image]);
      const inspected = await execa("docker", ["image", "inspect", image]);
      for (const secret of secrets) expect(`${history.stdout}${inspected.stdout}`).not.toContain(secret);
    }
    // Layers whole, of those that are built from this source tree: they bear its name.
    const ours: string[] = [];
    for (const image of new Set(all.map(({ Image }) => Image))) {
      const tags = await execa("docker", ["image", "inspect", "--format", '{{join .RepoTags " "}}', image]);
      if (/(^| )supalove\//.test(tags.stdout)) ours.push(image);
    }
    for (const part of ["api", "runner", "gateway", "dashboard", "keycloak", "control-db", "shared-db", "firewall"]) {
      expect(ours, part).toContain(all.find(({ Name }) => Name === `/${instance}-${part}`)?.Image);
    }
    const found = await execa("sh", ["-c", 'docker save "$@" | grep -aFc -f "$PATTERNS"', "save", ...ours], {
      env: { PATTERNS: await patternFile(secrets) },
      reject: false,
    });
    expect([found.stdout, found.exitCode]).toEqual(["0", 1]);
  });

  it("gives the Docker socket, the passphrase and the cluster's password to the runner alone", async () => {
    const all = await containers();
    const runner = all.find((c) => c.Name === `/${instance}-runner`);
    const cluster = JSON.parse(
      runner?.Config.Env.find((line) => line.startsWith("DEFAULT_CLUSTER="))?.slice("DEFAULT_CLUSTER=".length) ?? "{}",
    ) as { password?: string };
    expect(cluster.password).toBeTruthy();
    for (const { Name, Config, HostConfig } of all) {
      if (Name === `/${instance}-runner`) continue;
      const mounts = JSON.stringify([HostConfig.Binds, HostConfig.Mounts]);
      expect(mounts, Name).not.toContain("docker.sock");
      const env = Config.Env.join("\n");
      expect(env, Name).not.toMatch(/PULUMI|PASSPHRASE/);
      if (Name !== `/${instance}-shared-db`) expect(env, Name).not.toContain(cluster.password);
    }
  });

  it("prints help for every command", async () => {
    const top = await supalove("--help");
    for (const command of [
      "setup",
      "up",
      "down",
      "destroy",
      "status",
      "logs",
      "token",
      "env",
      "doctor",
      "projects",
      "operations",
      "bench",
      "test",
    ]) {
      expect(top.stdout).toContain(command);
      const help = await supalove(command, "--help");
      expect(help.exitCode, command).toBe(0);
      expect(help.stdout, command).toContain("Usage:");
    }
  });

  it("answers a wrong command with what to do", async () => {
    const wrong = await supalove("upp");
    expect(wrong.exitCode).not.toBe(0);
    expect(wrong.stderr).toMatch(/unknown command|did you mean/i);
  });
});
