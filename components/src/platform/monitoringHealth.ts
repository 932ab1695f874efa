/** A healthcheck over HTTP. `wget` is in the upstream images, `http-ok` in ours; none has both. */
export const httpHealthcheck = (port: number, path: string) => ({
  tests: ["CMD-SHELL", `wget -q -O /dev/null http://127.0.0.1:${port}${path} 2>/dev/null || http-ok ${port} ${path}`],
  interval: "5s",
});
