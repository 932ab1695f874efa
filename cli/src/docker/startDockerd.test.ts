import { describe, expect, it } from "vitest";
import { cgroupsMounted } from "./cgroups.ts";
import { engineEnvironment, reasonInLog } from "./startDockerd.ts";

describe("reasonInLog", () => {
  it("finds the last line that tells why", () => {
    const log = `time="x" level=info msg="Starting up"
failed to start daemon: error initializing graphdriver: no space
time="x" level=info msg="stopping"
`;
    expect(reasonInLog(log)).toBe("failed to start daemon: error initializing graphdriver: no space");
    expect(reasonInLog('time="x" level=error msg="it \\"broke\\""')).toBe('it \\"broke\\"');
  });
});

describe("engineEnvironment", () => {
  it("finds the system's programs and keeps nothing private", () => {
    const env = engineEnvironment({
      PATH: "/a:/usr/bin",
      HTTPS_PROXY: "http://proxy",
      PULUMI_CONFIG_PASSPHRASE: "secret",
      SUPALOVE_ACCESS_TOKEN: "secret",
    });
    expect(env["PATH"]).toBe("/a:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin");
    expect(env["HTTPS_PROXY"]).toBe("http://proxy");
    expect(Object.values(env)).not.toContain("secret");
  });
});

describe("cgroupsMounted", () => {
  it("knows both versions", () => {
    expect(cgroupsMounted("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n")).toBe(true);
    expect(cgroupsMounted("cgroup /sys/fs/cgroup/memory cgroup rw 0 0\n")).toBe(true);
    expect(cgroupsMounted("sysfs /sys sysfs rw 0 0\n")).toBe(false);
  });
});
