/** Python's keywords that may be names of fields; as attributes they get an underscore. */
const KEYWORDS = new Set(
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/** The Python attribute of a field: `batchSize` is `batch_size`, `from` is `from_`. */
export function attributeOf(field: string): string {
  const snake = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return KEYWORDS.has(snake) ? `${snake}_` : snake;
}

/** The field that msgspec's `rename="camel"` makes of an attribute. */
export const camelOf = (attribute: string): string =>
  attribute.replace(/(?<!^)_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
