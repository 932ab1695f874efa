import type { RunnerServices } from "./services.ts";
import { watchedStack } from "./watchedStack.ts";

/** Whoever looked this long ago looks no more: pages ask again every few seconds. */
const WANTED_MS = 30_000;

/** Keeps what is known of those stacks' containers fresh that somebody looks at right now. */
export async function watchStacks(
  services: Pick<RunnerServices, "database" | "env" | "stacks" | "logger">,
): Promise<void> {
  const { database, stacks, logger } = services;
  const wanted = await database.stackView.findMany({
    where: { wantedAt: { gt: new Date(Date.now() - WANTED_MS) }, project: { deletedAt: null } },
    include: { project: true },
  });
  await Promise.all(
    wanted.map(async ({ projectRef, project }) => {
      try {
        const containers = await stacks.look(await watchedStack(services, project));
        await database.stackView.update({ where: { projectRef }, data: { containers, checkedAt: new Date() } });
      } catch (error) {
        // Who looks is told that nothing is known; others are looked at all the same.
        logger.warn({ err: error, project: projectRef }, "a stack could not be looked at");
      }
    }),
  );
}
