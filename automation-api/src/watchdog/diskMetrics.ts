import { statfs } from "node:fs/promises";
import { Gauge, type Registry } from "prom-client";

/**
 * Room on the disk that the Docker engine keeps containers and volumes on. The runner sees it through its own root, which
 * lies there; a volume that was put on a disk of its own is not seen.
 * @param path a file on that disk
 */
export function watchDisk(registry: Registry, path = "/"): void {
  const registers = [registry];
  const size = new Gauge({ name: "supalove_disk_size_bytes", help: "Size of the disk of Docker's data", registers });
  new Gauge({
    name: "supalove_disk_free_bytes",
    help: "What is free on the disk of Docker's data, for those who are not root",
    registers,
    async collect() {
      const { bsize, blocks, bavail } = await statfs(path);
      size.set(bsize * blocks);
      this.set(bsize * bavail);
    },
  });
}
