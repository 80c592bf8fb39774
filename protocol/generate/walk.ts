import { type Definitions, referenceOf, type Schema, tagOf, variantsOf } from './schema.js';

/** A part of a message that has a named schema. */
export interface NamedPart {
  readonly id: string;
  readonly value: unknown;
}

/** Yields the parts of a value that have a named schema, the outermost first. */
export function* namedParts(
  schema: Schema,
  value: unknown,
  definitions: Definitions,
): Generator<NamedPart> {
  const id = referenceOf(schema);
  const own = id === undefined ? schema : definitions[id];
  if (!own) return;
  if (id !== undefined) yield { id, value };
  const variant = variantFor(own, value, definitions);
  if (variant) {
    yield* namedParts(variant, value, definitions);
  } else if (Array.isArray(value)) {
    for (const item of own.items ? value : [])
      yield* namedParts(own.items ?? {}, item, definitions);
  } else if (isRecord(value)) {
    for (const [key, each] of Object.entries(value)) {
      const field = own.properties?.[key] ?? (own.additionalProperties || undefined);
      if (field) yield* namedParts(field, each, definitions);
    }
  }
}

/** The variant of a union that a value claims to be: by its tag, or by whether it is null. */
function variantFor(schema: Schema, value: unknown, definitions: Definitions): Schema | undefined {
  return variantsOf(schema)?.find((variant) => {
    if (variant.type === 'null') return value === null;
    const tag = tagOf(definitions[referenceOf(variant) ?? ''] ?? variant);
    return tag ? isRecord(value) && value[tag.field] === tag.value : value !== null;
  });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
