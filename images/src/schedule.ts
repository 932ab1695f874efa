/** A piece of work with what must be finished before it. */
export interface Task {
  readonly name: string;
  readonly after: readonly string[];
  run(): Promise<void>;
}

export interface ScheduleOutcome {
  readonly finished: readonly string[];
  readonly failed: ReadonlyMap<string, Error>;
  /** Not started, since something before them failed or the schedule was aborted. */
  readonly skipped: readonly string[];
}

/** Runs tasks, at most `width` at once, each after its predecessors; a failure stops only what comes after it. */
export async function runSchedule(
  tasks: readonly Task[],
  width: number,
  signal?: AbortSignal,
): Promise<ScheduleOutcome> {
  const waiting = new Map(tasks.map((task) => [task.name, task]));
  const finished: string[] = [];
  const failed = new Map<string, Error>();
  const running = new Map<string, Promise<void>>();

  const isReady = (task: Task) => task.after.every((name) => finished.includes(name));
  const start = (task: Task) => {
    waiting.delete(task.name);
    const settle = task.run().then(
      () => void finished.push(task.name),
      (cause: unknown) => void failed.set(task.name, cause instanceof Error ? cause : new Error(String(cause))),
    );
    running.set(
      task.name,
      settle.then(() => void running.delete(task.name)),
    );
  };

  for (;;) {
    if (signal?.aborted !== true) {
      for (const task of waiting.values()) {
        if (running.size < width && isReady(task)) start(task);
      }
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  return { finished, failed, skipped: [...waiting.keys()] };
}
