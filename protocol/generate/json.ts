const WIDTH = 100;
const STEP = '  ';

/** Writes a value as JSON in few lines: arrays and objects that fit on a line stay on it. */
export function compactJson(value: unknown, indent = '', key = ''): string {
  const line = oneLine(value);
  if (
    indent.length + key.length + line.length < WIDTH ||
    value === null ||
    typeof value !== 'object'
  ) {
    return line;
  }
  const inner = indent + STEP;
  const [open, close, items] = Array.isArray(value)
    ? ['[', ']', value.map((item) => compactJson(item, inner))]
    : [
        '{',
        '}',
        Object.entries(value).map(
          ([name, each]) =>
            `${JSON.stringify(name)}: ${compactJson(each, inner, `${JSON.stringify(name)}: `)}`,
        ),
      ];
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}: ${oneLine(each)}`,
  );
  return fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}';
}
