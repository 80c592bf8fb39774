/** An import, as a source file spells it. */
export interface Import {
  /** Module specifier; a dotted name in Python, with imported names that may be modules. */
  readonly module: string;
  readonly line: number;
  /** When it happens: while the file is loaded, later, or only for type checkers. */
  readonly when: 'load' | 'later' | 'typing';
}

const lineAt = (source: string, index: number) => source.slice(0, index).split('\n').length;

/** Returns the source without comments; line numbers do not change. */
export function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, (comment) =>
    comment.replace(/[^\n]/g, ' '),
  );
}

/** Returns the imports of a TypeScript module: static, re-exported, dynamic, required. */
export function typescriptImports(source: string): readonly Import[] {
  const pattern =
    /(?:^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?|\b(?:import|require)\()\s*(['"])([^'"\n]+)\1/gm;
  const code = withoutComments(source);
  return [...code.matchAll(pattern)].map((match) => ({
    module: match[2] ?? '',
    line: lineAt(code, match.index),
    when: 'load',
  }));
}

/**
 * Returns the imports of a Python module, also those inside functions. `from package import a, b`
 * counts as `package.a` and `package.b`, to distinguish the modules of a package.
 */
export function pythonImports(source: string): readonly Import[] {
  const pattern =
    /^([ \t]*)(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+)|import[ \t]+([^\n#]+))/gm;
  const typing = typingBlocks(source);
  return [...source.matchAll(pattern)].flatMap((match) => {
    const [, indent, from, names = '', modules = ''] = match;
    const line = lineAt(source, match.index);
    const when = typing.has(line) ? 'typing' : indent ? 'later' : 'load';
    const listed = (from ? names : modules)
      .replace(/[()]|#.*$/gm, '')
      .split(',')
      .map((name) => name.trim().split(/\s+as\s+/)[0] ?? '')
      .filter((name) => name !== '');
    return listed.map((name) => ({ module: from ? `${from}.${name}` : name, line, when }) as const);
  });
}

/** Returns the lines in the body of `if TYPE_CHECKING:` at the top of a module. */
function typingBlocks(source: string): ReadonlySet<number> {
  const found = new Set<number>();
  let inside = false;
  for (const [nth, line] of source.split('\n').entries()) {
    if (/^if (typing\.)?TYPE_CHECKING:/.test(line)) inside = true;
    else if (/^\S/.test(line)) inside = false;
    else if (inside) found.add(nth + 1);
  }
  return found;
}
