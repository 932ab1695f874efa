import pg from "pg";

const { builtins } = pg.types;
/** Not among pg's names. */
const POINT = 600;
const CIRCLE = 718;
const asText = (text: string) => text;

/** Values as JSON can carry them without loss: what JavaScript would bend (dates, big numbers) stays text. */
const PARSERS: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [builtins.INT8, (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text)],
  [builtins.DATE, asText],
  [builtins.TIMESTAMP, asText],
  [builtins.TIMESTAMPTZ, asText],
  [builtins.INTERVAL, asText],
  [builtins.BYTEA, asText],
  [POINT, asText],
  [CIRCLE, asText],
]);
/** Arrays of the types above, by their object ids: element texts. */
const TEXT_ARRAYS = new Set([1115, 1182, 1185, 1187, 1001, 1017, 719]);
const TEXT_ARRAY = 1009;

export const jsonSafeTypes = {
  getTypeParser: (oid: number, format?: "text" | "binary") => {
    const parser = PARSERS.get(oid);
    if (parser) return parser;
    return pg.types.getTypeParser(TEXT_ARRAYS.has(oid) ? TEXT_ARRAY : oid, format as "text");
  },
};
