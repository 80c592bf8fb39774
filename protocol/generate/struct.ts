import { layOut, layOutUnion, prefixed, WIDTH, wrap } from './layout.js';
import { attributeOf, camelOf } from './names.js';
import { fieldsOf, type Schema, tagOf, variantsOf } from './schema.js';
import { pythonString, pythonType } from './types.js';

const INDENT = '    ';

/** Writes the Python definition of a named schema: a struct, a union or an alias. */
export function pythonDefinition(id: string, schema: Schema): string {
  if (schema.properties) return struct(id, schema);
  const variants = variantsOf(schema);
  const definition = variants
    ? layOutUnion(
        `${id} = `,
        variants.map((variant) => layOut(pythonType(variant))),
      )
    : layOut(prefixed(`${id} = `, pythonType(schema)));
  return [definition, ...docstring(id, schema.description, [], '')].join('\n');
}

function struct(id: string, schema: Schema): string {
  const tag = tagOf(schema);
  const head = layOut({
    head: `class ${id}(`,
    items: [
      'Value',
      'frozen=True',
      ...(tag ? [`tag_field=${pythonString(tag.field)}`, `tag=${pythonString(tag.value)}`] : []),
    ],
    tail: '):',
  });
  const fields = fieldsOf(schema);
  const attributes = fields.flatMap(([name, { description }]) =>
    description === undefined
      ? []
      : wrap(`${attributeOf(name)}: ${inPython(description)}`, INDENT.repeat(2), INDENT.repeat(3)),
  );
  const body = fields.map(([name, field]) => fieldLine(name, field));
  return [
    head,
    ...docstring(id, schema.description, attributes, INDENT),
    ...(body.length > 0 ? ['', ...body] : []),
  ].join('\n');
}

function fieldLine(name: string, field: Schema): string {
  const attribute = attributeOf(name);
  const isCamel = camelOf(attribute) === name;
  const code = prefixed(`${attribute}: `, pythonType(field));
  const end = isCamel ? '' : ` = field(name=${pythonString(name)})`;
  return layOut(code, INDENT, end);
}

/** A description in the words of Python. */
const inPython = (description: string) => description.replace(/\bnull\b/gi, 'None');

/** Writes a docstring in Google style; its first line must not need a second one. */
function docstring(
  id: string,
  description: string | undefined,
  attributes: readonly string[],
  indent: string,
): readonly string[] {
  if (description === undefined) throw new Error(`${id} has no description; give it one`);
  if (indent.length + description.length + 6 > WIDTH) {
    throw new Error(`the description of ${id} does not fit on one line of Python; shorten it`);
  }
  if (attributes.length === 0) return [`${indent}"""${description}"""`];
  return [`${indent}"""${description}`, '', `${indent}Attributes:`, ...attributes, `${indent}"""`];
}
