import { statfs } from "node:fs/promises";
import { Gauge, type Registry } from "prom-client";

/**
 * Room on the disk that the Docker engine keeps containers and volumes on. The runner sees it through its own root, which
 * lies there; a volume that was put on a disk of its own is not seen.
 * @param path a file on that disk
 */
export function watchDisk(registry: Registry, path = "/"): void {
  const gauge = (name: string, help: string, blocks: "blocks" | "bavail") =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const room = await statfs(path);
        this.set(room.bsize * room[blocks]);
      },
    });
  gauge("supalove_disk_size_bytes", "Size of the disk of Docker's data", "blocks");
  gauge("supalove_disk_free_bytes", "What is free on the disk of Docker's data, for those who are not root", "bavail");
}
