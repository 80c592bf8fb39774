import { compactJson } from './json.js';
import type { Module, Package } from './python.js';
import {
  type Definitions,
  fieldsOf,
  referenceOf,
  type Schema,
  tagOf,
  variantsOf,
} from './schema.js';

export interface ReferenceParts {
  readonly version: { readonly major: number; readonly minor: number };
  readonly packages: readonly Package[];
  readonly modules: readonly Module[];
  readonly definitions: Definitions;
  /** An example of a named schema; undefined if there is none. */
  readonly exampleOf: (id: string) => unknown;
}

/** Writes the reference of the protocol as a page of Markdown. */
export function referencePage(parts: ReferenceParts): string {
  const { version, packages } = parts;
  const sections = packages
    .toReversed()
    .flatMap(({ name, description }) => [
      `## ${heading(name)}`,
      description,
      ...parts.modules
        .filter((module) => module.package === name)
        .flatMap((module) => moduleSection(module, parts)),
    ]);
  return `${[
    '# Protocol reference',
    '<!-- Generated from the schemas in protocol/ by `npm run generate`; edit those instead. -->',
    `Version ${version.major}.${version.minor} of the protocol between controller and sidecar: every message, its fields,\ntheir types and bounds, and an example. [protocol/README.md](../protocol/README.md) says how\nmessages are framed, when they are sent, and what versions promise.`,
    'Every field is present, and unknown fields are errors. In the examples, bytes are base64; on the\nwire they are bytes.',
    ...sections,
  ].join('\n\n')}\n`;
}

function moduleSection(module: Module, parts: ReferenceParts): readonly string[] {
  const own = Object.entries(parts.definitions).filter(([id]) => module.ids.includes(id));
  return [
    `### ${module.description.replace(/\.$/, '')}`,
    ...own.flatMap(([id, schema]) => [
      `#### ${id}`,
      ...(schema.description === undefined ? [] : [schema.description]),
      ...body(schema, parts.exampleOf(id)),
    ]),
  ];
}

function body(schema: Schema, example: unknown): readonly string[] {
  if (!schema.properties) return [bulletsOf(schema) ?? `Type: ${markdownType(schema)}.`];
  const tag = tagOf(schema);
  const rows = [
    ...(tag ? [`| \`${tag.field}\` | \`"${tag.value}"\` | |`] : []),
    ...fieldsOf(schema).map(
      ([name, field]) => `| \`${name}\` | ${markdownType(field)} | ${field.description ?? ''} |`,
    ),
  ].map((row) => row.replace(/ {2}\|$/, ' |'));
  const table = ['| field | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
  const isWorthShowing = tag !== undefined && example !== undefined;
  return isWorthShowing ? [table, `\`\`\`json\n${compactJson(example)}\n\`\`\``] : [table];
}

/** The variants of a union or an enumeration as a list; undefined for any other schema. */
function bulletsOf(schema: Schema): string | undefined {
  const variants =
    schema.enum?.map((value) => `\`${value}\``) ?? variantsOf(schema)?.map(markdownType);
  return variants && ['One of:', '', ...variants.map((each) => `- ${each}`)].join('\n');
}

/** The type of a field in words, with links to named types. */
export function markdownType(schema: Schema): string {
  const reference = referenceOf(schema);
  if (reference !== undefined) return `[${reference}](#${reference.toLowerCase()})`;
  const variants = variantsOf(schema);
  if (variants) return variants.map(markdownType).join(' or ');
  if (schema.enum) return schema.enum.map((value) => `\`"${value}"\``).join(', ');
  if (schema.contentEncoding) return 'bytes';
  const { type, items, additionalProperties, minItems, maxItems } = schema;
  if (items) {
    const bounds = `${minItems ? `, at least ${minItems}` : ''}${maxItems ? `, at most ${maxItems}` : ''}`;
    return `list of ${markdownType(items)}${bounds}`;
  }
  if (additionalProperties) return `map from string to ${markdownType(additionalProperties)}`;
  return [type ?? '', ...boundsInWords(schema)].join(', ');
}

function boundsInWords(schema: Schema): readonly string[] {
  const { minimum, exclusiveMinimum, maximum, maxLength, pattern } = schema;
  return [
    ...(minimum === undefined ? [] : [`≥ ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`> ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`≤ ${maximum}`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(pattern === undefined ? [] : [`matches \`${pattern}\``]),
  ];
}

const heading = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
