import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSync } from 'vite';

/** A node of a syntax tree. */
type Node = Readonly<Record<string, unknown>> & { readonly type: string };

/** A name that a module imports or re-exports, and its origin. */
interface Origin {
  readonly file: string;
  readonly name: string;
}

/** The declarations, imports and exports of a declaration file. */
interface Module {
  readonly file: string;
  readonly declarations: ReadonlyMap<string, readonly Node[]>;
  readonly origins: ReadonlyMap<string, Origin>;
  /** Text of each documentation comment, by the position of the comment's end. */
  readonly comments: ReadonlyMap<number, string>;
  readonly text: string;
  readonly exports: ReadonlyMap<string, { readonly origin: Origin; readonly typeOnly: boolean }>;
  /** Modules that it re-exports completely. */
  readonly passedOn: readonly string[];
}

/** A declared name, for example the interface `Status`. */
export interface Declared {
  readonly file: string;
  readonly name: string;
  readonly nodes: readonly Node[];
  /** The text of its documentation comment; null if it has none. */
  readonly documentation: string | null;
}

/** A public member of an exported class, with its documentation comment. */
export interface Member {
  readonly name: string;
  readonly documentation: string | null;
}

const TYPE_DECLARATIONS = [
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSEnumDeclaration',
  'ClassDeclaration',
];

/** Reads declaration files that TypeScript wrote, and follows names from file to file. */
export class Declarations {
  readonly #modules = new Map<string, Module>();

  /** Returns the names that a module exports, each with its declaration. */
  exportsOf(file: string): ReadonlyMap<string, Declared & { readonly typeOnly: boolean }> {
    return new Map(
      [...this.#load(file).exports].flatMap(([name, { origin, typeOnly }]) => {
        const declared = this.#resolve(origin);
        return declared ? [[name, { ...declared, typeOnly }] as const] : [];
      }),
    );
  }

  /** Returns the public members of an exported class, without the constructor. */
  membersOf({ file, nodes }: Declared): readonly Member[] {
    const module = this.#load(file);
    return nodes.flatMap(({ type, body }) => {
      if (type !== 'ClassDeclaration' || !isNode(body)) return [];
      return (body.body as readonly Node[]).flatMap((member) => {
        const name = firstName(member.key);
        if (name === undefined || name === 'constructor') return [];
        return [{ name, documentation: documentationOf(member, module) }];
      });
    });
  }

  /** Returns every type that the exports of a module reach but the module does not export. */
  unexportedOf(file: string): readonly string[] {
    const exported = [...this.exportsOf(file).values()];
    const isExported = new Set(exported.map(keyOf));
    // A class that is exported only as a type cannot be constructed.
    const isTypeOnly = new Set(exported.filter(({ typeOnly }) => typeOnly).map(keyOf));
    const seen = new Set<string>();
    const missing = new Set<string>();
    const queue: Declared[] = [...exported];
    for (let next = queue.pop(); next; next = queue.pop()) {
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      const isType = next.nodes.some(({ type }) => TYPE_DECLARATIONS.includes(type));
      if (isType && !isExported.has(key)) missing.add(key);
      queue.push(...this.#referencesOf(next, isTypeOnly.has(key)));
    }
    return [...missing].sort();
  }

  #referencesOf({ file, nodes }: Declared, withoutConstructor: boolean): readonly Declared[] {
    const module = this.#load(file);
    const found: Declared[] = [];
    const add = (origin: Origin) => {
      const declared = this.#resolve(origin);
      if (declared) found.push(declared);
    };
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) for (const each of value) visit(each);
      if (!isNode(value)) return;
      if (withoutConstructor && value.kind === 'constructor') return;
      if (value.type === 'TSImportType') {
        const path = literalOf(value.source ?? value.argument);
        const name = firstName(value.qualifier);
        if (path?.startsWith('.') && name) add({ file: fileOf(file, path), name });
      }
      for (const key of ['typeName', 'exprName', 'expression', 'superClass']) {
        const name = firstName(value[key]);
        if (name !== undefined) add(module.origins.get(name) ?? { file, name });
      }
      for (const child of Object.values(value)) visit(child);
    };
    visit(nodes);
    return found;
  }

  #resolve({ file, name }: Origin): Declared | undefined {
    if (!existsSync(file)) return undefined;
    const module = this.#load(file);
    const nodes = module.declarations.get(name);
    if (nodes) {
      const documentation = nodes.map((node) => documentationOf(node, module)).find(Boolean);
      return { file, name, nodes, documentation: documentation ?? null };
    }
    const origin = module.exports.get(name)?.origin ?? module.origins.get(name);
    if (origin) return this.#resolve(origin);
    for (const passedOn of module.passedOn) {
      const declared = this.#resolve({ file: passedOn, name });
      if (declared) return declared;
    }
    return undefined;
  }

  #load(file: string): Module {
    const known = this.#modules.get(file);
    if (known) return known;
    const text = readFileSync(file, 'utf8');
    const { program, comments } = parseSync(file, text, { lang: 'dts' });
    const documentation = comments
      .filter(({ value }) => value.startsWith('*'))
      .map(({ end, value }) => [end, value] as const);
    const body = program.body as unknown as readonly Node[];
    const module = { ...moduleOf(file, body), text, comments: new Map(documentation) };
    this.#modules.set(file, module);
    return module;
  }
}

/** Returns the text of the documentation comment right before a node, without stars. */
function documentationOf(node: Node, { text, comments }: Module): string | null {
  const before = text
    .slice(0, Number(node.start))
    .replace(/(\b(export|declare|abstract)\s+)*$/, '');
  const comment = comments.get(before.trimEnd().length);
  return comment?.replace(/^[ \t]*\*[ \t]?/gm, '').trim() ?? null;
}

function moduleOf(file: string, body: readonly Node[]): Omit<Module, 'text' | 'comments'> {
  const declarations = new Map<string, Node[]>();
  const origins = new Map<string, Origin>();
  const exports = new Map<string, { origin: Origin; typeOnly: boolean }>();
  const passedOn: string[] = [];
  const declare = (node: Node, exported: boolean) => {
    for (const name of declaredNames(node)) {
      declarations.set(name, [...(declarations.get(name) ?? []), node]);
      if (exported) exports.set(name, { origin: { file, name }, typeOnly: false });
    }
  };
  for (const node of body) {
    const from = literalOf(node.source);
    const source = from === undefined ? file : fileOf(file, from);
    if (node.type === 'ImportDeclaration') {
      for (const each of node.specifiers as readonly Node[]) {
        const name = firstName(each.imported);
        const local = firstName(each.local);
        if (name && local) origins.set(local, { file: source, name });
      }
    } else if (node.type === 'ExportNamedDeclaration') {
      if (isNode(node.declaration)) declare(node.declaration, true);
      for (const each of node.specifiers as readonly Node[]) {
        const [local, name] = [firstName(each.local), firstName(each.exported)];
        const typeOnly = node.exportKind === 'type' || each.exportKind === 'type';
        if (local && name) exports.set(name, { origin: { file: source, name: local }, typeOnly });
      }
    } else if (node.type === 'ExportAllDeclaration') passedOn.push(source);
    else declare(node, false);
  }
  return { file, declarations, origins, exports, passedOn };
}

function declaredNames(node: Node): readonly string[] {
  const nodes = node.type === 'VariableDeclaration' ? (node.declarations as Node[]) : [node];
  return nodes.flatMap(({ id }) => firstName(id) ?? []);
}

/** Returns the name of an identifier, or the first name of a qualified name. */
function firstName(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'TSQualifiedName') return firstName(value.left);
  return value.type === 'Identifier' ? String(value.name) : undefined;
}

function literalOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  return value.type === 'Literal' ? String(value.value) : literalOf(value.literal);
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value;

const fileOf = (from: string, path: string) =>
  path.startsWith('.') ? resolve(dirname(from), path.replace(/\.js$/, '.d.ts')) : path;

const keyOf = ({ file, name }: Origin) => `${file.replace(/^.*\/dist\//, '')} ${name}`;
