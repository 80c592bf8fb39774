import { type Code, inline, suffixed } from './layout.js';
import { referenceOf, type Schema, variantsOf } from './schema.js';

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  null: 'None',
};

/** The Python type of a schema that is not an object with named fields. */
export function pythonType(schema: Schema): Code {
  const reference = referenceOf(schema);
  if (reference !== undefined) return reference;
  const variants = variantsOf(schema);
  if (variants) return unionType(variants.map(pythonType));
  if (schema.const !== undefined) return literalType([schema.const]);
  if (schema.enum) return literalType(schema.enum);
  if (schema.contentEncoding === 'base64') return 'bytes';
  const type = unboundedType(schema);
  const bounds = boundsOf(schema);
  if (bounds.length === 0) return type;
  return {
    head: 'Annotated[',
    items: [type, { head: 'Meta(', items: bounds, tail: ')' }],
    tail: ']',
  };
}

function unionType(types: readonly Code[]): Code {
  const [first = 'None', ...others] = types;
  return suffixed(first, others.map((type) => ` | ${inline(type)}`).join(''));
}

const literalType = (values: readonly string[]): Code => ({
  head: 'Literal[',
  items: values.map(pythonString),
  tail: ']',
});

function unboundedType(schema: Schema): Code {
  const { type, items, properties, additionalProperties } = schema;
  if (type === 'array' && items) return { head: 'list[', items: [pythonType(items)], tail: ']' };
  if (type === 'object' && !properties && additionalProperties) {
    return { head: 'dict[', items: ['str', pythonType(additionalProperties)], tail: ']' };
  }
  const primitive = type && PRIMITIVES[type];
  if (primitive) return primitive;
  throw new Error(
    `no Python type for ${JSON.stringify(schema)}; give an object of its own an id with .meta()`,
  );
}

function boundsOf(schema: Schema): readonly string[] {
  const { minimum, exclusiveMinimum, maximum, maxLength, minItems, maxItems, pattern } = schema;
  const numbers = { ge: minimum, gt: exclusiveMinimum, le: maximum };
  const lengths = { min_length: minItems, max_length: maxLength ?? maxItems };
  return [
    ...Object.entries({ ...numbers, ...lengths }).flatMap(([name, bound]) =>
      bound === undefined ? [] : [`${name}=${pythonNumber(bound)}`],
    ),
    ...(pattern === undefined ? [] : [`pattern=r"${pattern}"`]),
  ];
}

/** A number as Python spells it: hexadecimal for bounds of 32 bits, else thousands set apart. */
function pythonNumber(value: number): string {
  if (value === 0xffff_ffff) return '0xFFFF_FFFF';
  if (!Number.isInteger(value) || Math.abs(value) >= 1e21) return String(value).replace('e+', 'e');
  return String(value).replace(/\B(?=(\d{3})+$)/g, '_');
}

/** A string as `ruff format` quotes it. */
export const pythonString = (value: string): string => JSON.stringify(value);
