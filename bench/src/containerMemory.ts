import { readFile } from "node:fs/promises";
import { execa } from "execa";
import { instance } from "../../tests/harness/platform.ts";

/** Anonymous memory (bytes) of each container of the instance, by service; page cache left out, as it is given back. */
export async function containerMemory(): Promise<Map<string, number>> {
  const ids = await execa("docker", ["ps", "-q", "--filter", `label=supalove.instance=${instance}`]);
  const { stdout } = await execa("docker", ["inspect", "-f", "{{.Name}} {{.Id}}", ...ids.stdout.split("\n")]);
  const memory = new Map<string, number>();
  for (const line of stdout.split("\n")) {
    const [name = "", id = ""] = line.split(" ");
    memory.set(name.slice(instance.length + 2), await anonymousBytes(id));
  }
  return memory;
}

async function anonymousBytes(id: string): Promise<number> {
  const files = [
    `/sys/fs/cgroup/memory/docker/${id}/memory.stat`,
    `/sys/fs/cgroup/system.slice/docker-${id}.scope/memory.stat`,
    `/sys/fs/cgroup/docker/${id}/memory.stat`,
  ];
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => "");
    const found = /^(?:total_rss|anon) (\d+)$/m.exec(text);
    if (found) return Number(found[1]);
  }
  throw new Error(`no memory figures for container ${id.slice(0, 12)}`);
}
