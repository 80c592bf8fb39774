import { layOut, WIDTH } from './layout.js';
import { attributeOf, camelOf } from './names.js';
import { type Definitions, fieldsOf, referenceOf, type Schema } from './schema.js';
import { pythonDefinition } from './struct.js';

/** A file of the protocol, `protocol/<package>/<name>.ts`, and the names that it defines. */
export interface Module {
  readonly package: string;
  readonly name: string;
  /** One line for its Python twin and the reference. */
  readonly description: string;
  readonly ids: readonly string[];
}

export interface Package {
  readonly name: string;
  readonly description: string;
  /** Whether only controllers speak it, so that it has no Python twin. */
  readonly isOfControllers?: true;
}

const ROOT = 'mu2net_sidecar.wire';

/** The first line of a generated file. */
const header = (source: string) =>
  `# Generated from protocol/${source} by \`npm run generate\`; edit that instead.`;

/** Writes the Python packages of a protocol: texts by path below the package `wire`. */
export function pythonFiles(
  packages: readonly Package[],
  modules: readonly Module[],
  definitions: Definitions,
): ReadonlyMap<string, string> {
  const places = new Map(modules.flatMap((module) => module.ids.map((id) => [id, module])));
  const homeless = Object.keys(definitions).filter((id) => !places.has(id));
  if (homeless.length > 0) {
    throw new Error(`${homeless.join(', ')} belongs to no module; export it from a listed one`);
  }
  const twins = packages.filter(({ isOfControllers }) => !isOfControllers);
  const isTwin = (module: Module) => twins.some(({ name }) => name === module.package);
  return new Map([
    ...twins.map((each) => [`${each.name}/__init__.py`, packageText(each, modules)] as const),
    ...modules
      .filter(isTwin)
      .map(
        (each) =>
          [`${each.package}/_${each.name}.py`, moduleText(each, places, definitions)] as const,
      ),
  ]);
}

/** Writes `_version.py`. */
export function pythonVersion(version: { readonly major: number; readonly minor: number }): string {
  return `${header('version.ts')}
"""The version of the protocol that this package speaks."""

from __future__ import annotations

from ${ROOT}.values import Version

PROTOCOL_VERSION = Version(major=${version.major}, minor=${version.minor})
TAG = b"mu2net/%d" % PROTOCOL_VERSION.major
"""First frame of every message; it names the major version before anything is decoded."""
`;
}

function packageText({ name, description }: Package, modules: readonly Module[]): string {
  const own = modules.filter((module) => module.package === name);
  const imports = own
    .toSorted((a, b) => compare(a.name, b.name))
    .map((module) => importLine(`${ROOT}.${name}._${module.name}`, module.ids));
  const names = own.flatMap(({ ids }) => ids.map((id) => `"${id}"`)).sort(compare);
  const all = layOut({ head: '__all__ = [', items: names, tail: ']' });
  return `${header(`${name}/`)}
"""${description}"""

${imports.join('\n')}

${all}
`;
}

function moduleText(
  module: Module,
  places: ReadonlyMap<string, Module>,
  definitions: Definitions,
): string {
  const own = Object.entries(definitions).filter(([id]) => places.get(id) === module);
  const schemas = own.map(([, schema]) => schema);
  const texts = own.map(([id, schema]) => pythonDefinition(id, schema));
  const imports = [
    standardImports(texts.join('\n')),
    msgspecImports(texts.join('\n'), schemas),
    ownImports(module, schemas, places),
  ].filter((lines) => lines.length > 0);
  return `${[
    `${header(`${module.package}/${module.name}.ts`)}\n"""${module.description}"""`,
    'from __future__ import annotations',
    ...imports.map((lines) => lines.join('\n')),
  ].join('\n\n')}\n${spaced(texts)}\n`;
}

/** Separates definitions as `ruff format` does: two blank lines around classes. */
function spaced(texts: readonly string[]): string {
  return texts
    .map((text, at) => {
      const isClass = text.startsWith('class ') || (texts[at - 1]?.startsWith('class ') ?? false);
      return `${isClass ? '\n\n' : '\n'}${text}`;
    })
    .join('\n');
}

function standardImports(text: string): readonly string[] {
  const names = ['Annotated', 'Literal'].filter((name) => text.includes(`${name}[`));
  return names.length > 0 ? [importLine('typing', names)] : [];
}

function msgspecImports(text: string, schemas: readonly Schema[]): readonly string[] {
  const fields = schemas.flatMap(fieldsOf).map(([name]) => name);
  const names = [
    ...(text.includes('Meta(') ? ['Meta'] : []),
    ...(fields.some((name) => camelOf(attributeOf(name)) !== name) ? ['field'] : []),
  ];
  return names.length > 0 ? [importLine('msgspec', names)] : [];
}

/** Imports from this package: private modules of the same folder, the public face of others. */
function ownImports(
  module: Module,
  schemas: readonly Schema[],
  places: ReadonlyMap<string, Module>,
): readonly string[] {
  const names = new Map<string, Set<string>>();
  const add = (from: string, name: string) =>
    names.set(`${ROOT}.${from}`, (names.get(`${ROOT}.${from}`) ?? new Set()).add(name));
  if (schemas.some((schema) => schema.properties)) add('_value', 'Value');
  for (const id of schemas.flatMap(referencesIn)) {
    const place = places.get(id);
    if (!place) throw new Error(`${id} is referred to but not defined`);
    if (place === module) continue;
    add(place.package === module.package ? `${place.package}._${place.name}` : place.package, id);
  }
  return [...names]
    .sort(([a], [b]) => compare(a, b))
    .map(([from, ids]) => importLine(from, [...ids]));
}

/** The names that a schema refers to, at any depth. */
export function referencesIn(schema: Schema): readonly string[] {
  const reference = referenceOf(schema);
  const { oneOf = [], anyOf = [], properties = {}, items, additionalProperties } = schema;
  const parts = [
    ...oneOf,
    ...anyOf,
    ...Object.values(properties),
    ...(items ? [items] : []),
    ...(additionalProperties ? [additionalProperties] : []),
  ];
  return [...(reference === undefined ? [] : [reference]), ...parts.flatMap(referencesIn)];
}

function importLine(from: string, names: readonly string[]): string {
  const sorted = names.toSorted((a, b) => compare(importKey(a), importKey(b)));
  const line = `from ${from} import ${sorted.join(', ')}`;
  if (line.length <= WIDTH) return line;
  return [`from ${from} import (`, ...sorted.map((name) => `    ${name},`), ')'].join('\n');
}

/** Orders imported names as ruff does: classes first, then functions, whatever their case. */
const importKey = (name: string) => `${/^[A-Z]/.test(name) ? 0 : 1}${name.toLowerCase()}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
