/** One part of a set-up: when it began, seconds after the first line, and how long it took. */
export interface SetupPart {
  readonly name: string;
  readonly begun: number;
  readonly seconds: number;
}

export interface SetupTimes {
  readonly total: number;
  readonly parts: readonly SetupPart[];
}

const LINE = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (.*)$/;

/** Times of a set-up from its log: steps (`name: done`), images (`images: x built in ...`), parts of the engine. */
export function setupTimes(log: string): SetupTimes {
  const begun = new Map<string, number>();
  const parts: SetupPart[] = [];
  let first: number | undefined;
  let last = 0;
  let engine: string | undefined;
  const end = (name: string, at: number) => {
    const from = begun.get(name);
    if (from !== undefined && first !== undefined)
      parts.push({ name, begun: (from - first) / 1000, seconds: (at - from) / 1000 });
  };
  for (const line of log.split("\n")) {
    const [, time, text = ""] = LINE.exec(line) ?? [];
    if (time === undefined) continue;
    last = Date.parse(time);
    first ??= last;
    const [, name = "", said = ""] = /^([^:]+): (.*)$/.exec(text) ?? [];
    if (!begun.has(name)) begun.set(name, last);
    const image = /^(\S+) built in /.exec(said)?.[1];
    if (name === "images" && image !== undefined) end(image, last);
    const built = /^building (.+) from Go modules \(\d+ of \d+\)$/.exec(said)?.[1];
    if (built !== undefined || (name === "Pulumi engine" && said === "done")) {
      if (engine !== undefined) end(engine, last);
      engine = built === undefined ? undefined : `engine: ${built}`;
      if (engine !== undefined) begun.set(engine, last);
    }
    if (said === "done") end(name, last);
  }
  return { total: first === undefined ? 0 : (last - first) / 1000, parts };
}
