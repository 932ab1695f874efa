import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { instance, readStatus, supalove } from "../harness/platform.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Inspected {
  readonly Name: string;
  readonly Config: { readonly Env: readonly string[]; readonly User: string; readonly Labels: Record<string, string> };
  readonly HostConfig: {
    readonly Binds: readonly string[] | null;
    readonly Mounts?: readonly { readonly Source: string }[] | null;
    readonly Memory: number;
    readonly RestartPolicy: { readonly Name: string };
    readonly LogConfig: { readonly Config: Record<string, string> };
    readonly Privileged: boolean;
    readonly PortBindings: Record<string, readonly { readonly HostIp: string }[]> | null;
  };
}

async function containers(): Promise<Inspected[]> {
  const ids = await execa("docker", ["ps", "-aq", "--filter", `label=supalove.instance=${instance}`]);
  const { stdout } = await execa("docker", ["inspect", ...ids.stdout.split("\n")]);
  return JSON.parse(stdout) as Inspected[];
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
