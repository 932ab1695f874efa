import fc from "fast-check";

/** A JSON schema as an OpenAPI document has it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** What no schema means and every server is sent one day. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "' or 1=1 --",
    "$(id)",
    "../../etc/passwd",
    "%00",
    "__proto__",
    "x".repeat(5_000),
    -1,
    0,
    1.5,
    Number.MAX_SAFE_INTEGER,
    1e308,
    true,
    [],
    {},
    [[[[]]]],
  ),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown),
);

/**
 * Values for a schema: mostly what it asks for, now and then something it does not.
 * @param resolve finds what a `$ref` names
 */
export function fromSchema(schema: Schema, resolve: (ref: string) => Schema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 6, arbitrary: fitting(schema, resolve) }, { weight: 1, arbitrary: nasty });
}

function fitting(schema: Schema, resolve: (ref: string) => Schema): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return fitting(resolve(schema.$ref), resolve);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined && schema.enum.length > 0) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => fitting(choice, resolve)));
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "object":
      return objectOf(schema, resolve);
    case "array": {
      const { minItems = 0, maxItems = 4, items = {} } = schema;
      return fc.array(fromSchema(items, resolve), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 4) });
    }
    case "string":
      return textOf(schema);
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000_000 });
    case "number":
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return nasty;
  }
}

function objectOf(schema: Schema, resolve: (ref: string) => Schema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], propertyNames, additionalProperties } = schema;
  if (propertyNames !== undefined && typeof additionalProperties === "object") {
    return fc.dictionary(textFor(propertyNames), fromSchema(additionalProperties, resolve), { maxKeys: 3 });
  }
  const model = Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, fromSchema(inner, resolve)]));
  const own = fc.record(model, { requiredKeys: [...required] });
  // A field that nobody knows.
  const stranger = fc.record({ ...model, [`x${"y".repeat(3)}`]: nasty }, { requiredKeys: [...required] });
  const optional = Object.keys(model).filter((key) => !required.includes(key));
  if (optional.length < 2) return fc.oneof({ weight: 9, arbitrary: own }, { weight: 1, arbitrary: stranger });
  // One alone: of many at once, something is nearly always refused, and what comes after is never reached.
  const lone = fc.constantFrom(...optional).chain((key) => {
    const kept = Object.entries(model).filter(([name]) => name === key || required.includes(name));
    return fc.record(Object.fromEntries(kept));
  });
  return fc.oneof({ weight: 5, arbitrary: own }, { weight: 4, arbitrary: lone }, { weight: 1, arbitrary: stranger });
}

/** Names of a dictionary's entries: mostly those that it may have. */
const textFor = ({ enum: names = [] }: Schema) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...names.map(String)) },
    { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
  );

function textOf({ pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  const plain = fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, minLength + 40)) });
  if (pattern === undefined) return plain;
  try {
    return fc.stringMatching(new RegExp(pattern, "u"));
  } catch {
    // A construct that can't be generated from: what fits by chance, and what does not, will do.
    return plain;
  }
}
