import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Import, pythonImports, typescriptImports, withoutComments } from './imports.js';
import { LAZY, LONGEST_FILE, PURE, PYTHON, type Room, TYPESCRIPT, TYPING_ONLY } from './rule.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PACKAGE = 'mu2net_sidecar';

interface SourceFile {
  /** Path relative to the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

function filesUnder(folder: string, suffix: string): readonly SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: relative(root, file).split(sep).join('/'),
      text: readFileSync(file, 'utf8'),
    }));
}

const typescript = [...filesUnder('ts/src', '.ts'), ...filesUnder('protocol', '.ts')];
const controller = typescript.filter(({ path }) => !path.endsWith('.test.ts'));
const sidecar = filesUnder(`py/${PACKAGE}`, '.py');

/** Returns the room and the file of a path below `base`: `['domain', 'domain/task']`. */
function roomAndFile(path: string, base: string): readonly [string, string] {
  const file = posix.relative(base, path).replace(/\.(js|ts|py)$/, '');
  return [file.split('/')[0] ?? file, file];
}

const controllerRoom = (path: string) =>
  path.startsWith('protocol/') ? roomAndFile(path, '') : roomAndFile(path, 'ts/src');

function packageOf(specifier: string): string {
  const [scope = '', name = ''] = specifier.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/** Returns why a controller file may not have an import; undefined if it may. */
function controllerObjection(path: string, { module }: Import): string | undefined {
  const [own] = controllerRoom(path);
  const room = TYPESCRIPT[own];
  if (!room) return `${own} is not in the rule`;
  if (module.startsWith('node:')) {
    return PURE.includes(own) ? 'is a node built-in, and the room is pure' : undefined;
  }
  if (!module.startsWith('.')) {
    return room.packages.includes(packageOf(module)) ? undefined : 'is not a package of the room';
  }
  const [target, file] = controllerRoom(posix.join(dirname(path), module));
  return own === target || reaches(room, target, file) ? undefined : `${own} may not import it`;
}

const reaches = (room: Room, target: string, file: string) =>
  room.rooms.includes('*') || room.rooms.includes(target) || room.rooms.includes(file);

/**
 * Import names of the packages that the lock installs; all other imports belong to Python itself.
 */
const IMPORT_NAMES: Readonly<Record<string, string>> = {
  pillow: 'PIL',
  pyzmq: 'zmq',
  'scikit-learn': 'sklearn',
};
const installed = new Set(
  [...readFileSync(join(root, 'py/requirements-dev.lock'), 'utf8').matchAll(/^([\w.-]+)==/gm)].map(
    ([, name = '']) => IMPORT_NAMES[name] ?? name.replaceAll('-', '_'),
  ),
);

/** Returns a sidecar file relative to the package, without suffix: `engine/training/_step`. */
const sidecarFile = (path: string) => roomAndFile(path, `py/${PACKAGE}`)[1];

/** Returns the room of a sidecar file or module: the longest name in the rule that contains it. */
function sidecarRoom(file: string): string {
  const parts = file.split('/');
  const names = parts.map((_, nth) => parts.slice(0, parts.length - nth).join('/'));
  return names.find((name) => name in PYTHON) ?? parts[0] ?? file;
}

/** Returns the only folder that may import a module, if a part of the module's name is private. */
function ownerOf(module: string): string | undefined {
  const parts = module.split('/');
  const nth = parts.findIndex((part) => /^_(?!_)/.test(part));
  return nth === -1 ? undefined : parts.slice(0, nth).join('/');
}

/** Returns why a sidecar file may not have an import; undefined if it may. */
function sidecarObjection(path: string, { module, when }: Import): string | undefined {
  const file = sidecarFile(path);
  const own = sidecarRoom(file);
  const room = PYTHON[own];
  if (!room) return `${own} is not in the rule`;
  if (module.startsWith('.')) return 'is relative; write it from the package';
  const [top = '', ...inner] = module.split('.');
  if (top === PACKAGE) {
    const imported = inner.join('/');
    const owner = ownerOf(imported);
    if (owner !== undefined && !file.startsWith(`${owner}/`)) return `is private to ${owner}`;
    const target = sidecarRoom(imported);
    return own === target || room.rooms.includes(target) ? undefined : `${own} may not import it`;
  }
  if (!installed.has(top)) return undefined;
  if (TYPING_ONLY.includes(top)) {
    return when === 'typing' ? undefined : 'belongs under `if TYPE_CHECKING:`';
  }
  if (!room.packages.includes(top)) return 'is not a package of the room';
  if (LAZY.includes(top) && when === 'load') return 'must be imported where it is used';
  return undefined;
}

type Objection = (path: string, imported: Import) => string | undefined;
type Parse = (source: string) => readonly Import[];

function objections(files: readonly SourceFile[], parse: Parse, object: Objection) {
  return files.flatMap(({ path, text }) =>
    parse(text).flatMap((imported) => {
      const objection = object(path, imported);
      return objection ? [`${path}:${imported.line}: ${imported.module} ${objection}`] : [];
    }),
  );
}

describe('the import rule', () => {
  it('holds in the controller and the protocol', () => {
    expect(objections(controller, typescriptImports, controllerObjection)).toEqual([]);
  });

  it('holds in the sidecar', () => {
    expect(objections(sidecar, pythonImports, sidecarObjection)).toEqual([]);
  });

  it('has a room for every folder', () => {
    const rooms = new Set(controller.map(({ path }) => controllerRoom(path)[0]));
    expect([...rooms].sort()).toEqual(Object.keys(TYPESCRIPT).sort());
    const sidecarRooms = new Set(sidecar.map(({ path }) => sidecarRoom(sidecarFile(path))));
    expect([...sidecarRooms].sort()).toEqual(Object.keys(PYTHON).sort());
  });

  it.each(Object.keys(PYTHON))('has no import cycle through the sidecar room %s', (room) => {
    const reached = new Set<string>();
    const visit = (name: string): void => {
      for (const next of PYTHON[name]?.rooms ?? []) {
        if (reached.has(next)) continue;
        reached.add(next);
        visit(next);
      }
    };
    visit(room);
    expect(reached).not.toContain(room);
  });

  it.each([
    ['ts/src/domain/a.ts', "import { b } from '../evolution/b.js';"],
    ['ts/src/domain/a.ts', "import { b } from '../../../protocol/index.js';"],
    ['ts/src/evolution/a.ts', "export * from 'node:fs';"],
    ['ts/src/state/a.ts', "const b = await import('yaml');"],
    ['ts/src/sidecar/a.ts', "import type { B } from '../state/ledger.js';"],
    ['protocol/a.ts', "import { b } from '../ts/src/domain/task.js';"],
    ['ts/src/elsewhere/a.ts', "import 'node:fs';"],
  ])('refuses in %s: %s', (path, text) => {
    expect(objections([{ path, text }], typescriptImports, controllerObjection)).toHaveLength(1);
  });

  it.each([
    ['engine/device/_a.py', 'import msgspec'],
    ['engine/training/_a.py', 'def f():\n    from mu2net_sidecar.wire.structs import Child'],
    ['engine/training/_a.py', 'from mu2net_sidecar import store'],
    ['engine/inference/_a.py', 'from mu2net_sidecar.engine.training import train'],
    ['engine/training/_a.py', 'from mu2net_sidecar.engine import Engine'],
    ['engine/training/_a.py', 'from mu2net_sidecar.engine.prefix._cache import Key'],
    ['engine/__init__.py', 'from mu2net_sidecar.engine.training._train import train'],
    ['service/a.py', 'from mu2net_sidecar.engine._engine import Engine'],
    ['service/a.py', 'from mu2net_sidecar.engine.training import train'],
    ['model/a.py', 'from jaxtyping import Float'],
    ['data/a.py', 'import os, numpy, PIL.Image'],
    ['store/a.py', 'from .b import c'],
    ['wire/a.py', 'from msgspec import (\n    Struct,\n)\nimport numpy as np'],
  ])('refuses in %s: %s', (file, text) => {
    const path = `py/${PACKAGE}/${file}`;
    expect(objections([{ path, text }], pythonImports, sidecarObjection)).toHaveLength(1);
  });

  it.each([
    ['data/images/a.py', 'def f():\n    from PIL import Image'],
    ['model/a.py', 'if TYPE_CHECKING:\n    from jaxtyping import Float\n\nimport jax.numpy as jnp'],
    ['engine/device/_a.py', 'from mu2net_sidecar.model import attend'],
    ['engine/training/_a.py', 'from mu2net_sidecar.engine._engine import Engine'],
    ['engine/training/_a.py', 'from mu2net_sidecar.engine.training._pace import Pace'],
    ['model/components/a.py', 'from mu2net_sidecar.model._bias import add_bias'],
  ])('allows in %s: %s', (file, text) => {
    const path = `py/${PACKAGE}/${file}`;
    expect(objections([{ path, text }], pythonImports, sidecarObjection)).toEqual([]);
  });
});

describe('packages of the sidecar', () => {
  const withPrivateModules = sidecar
    .filter(({ path }) => ownerOf(sidecarFile(path)) !== undefined)
    .map(({ path }) => dirname(path));

  it.each([...new Set(withPrivateModules)])('%s documents its interface', (folder) => {
    const face = sidecar.find(({ path }) => path === `${folder}/__init__.py`);
    expect(face?.text).toMatch(/^(# Generated .*\n)?"""[A-Z]/);
    expect(face?.text).toMatch(/^__all__ = \[/m);
  });
});

/** Globals that give access to time, randomness or the machine without an import. */
const IMPURE = /\b(Date|performance|process|crypto|setTimeout|setInterval|fetch|Math\.random)\b/;

/** Returns a cycle of imports; undefined if there is none. */
function cycleOf(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const finished = new Set<string>();
  const visit = (node: string, way: readonly string[]): readonly string[] | undefined => {
    const seen = way.indexOf(node);
    if (seen >= 0) return [...way.slice(seen), node];
    if (finished.has(node)) return undefined;
    for (const next of imports.get(node) ?? []) {
      const circle = visit(next, [...way, node]);
      if (circle) return circle;
    }
    finished.add(node);
    return undefined;
  };
  for (const node of imports.keys()) {
    const circle = visit(node, []);
    if (circle) return circle;
  }
  return undefined;
}

describe('circles', () => {
  it('are not in the table of rooms', () => {
    const rooms = Object.entries(TYPESCRIPT).filter(([, { rooms: all }]) => !all.includes('*'));
    expect(cycleOf(new Map(rooms.map(([name, room]) => [name, room.rooms])))).toBeUndefined();
  });

  it('are not among the files of the controller', () => {
    const files = controller.map(({ path, text }) => {
      const own = typescriptImports(text).filter(({ module }) => module.startsWith('.'));
      const targets = own.map(({ module }) => posix.join(dirname(path), module));
      return [path, targets.map((target) => target.replace(/\.js$/, '.ts'))] as const;
    });
    expect(cycleOf(new Map(files))).toBeUndefined();
  });

  it('are found', () => {
    const imports = new Map([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', ['d']],
      ['d', ['b']],
    ]);
    expect(cycleOf(imports)).toEqual(['b', 'c', 'd', 'b']);
  });
});

describe('pure rooms', () => {
  it('use no clock, no global randomness and no machine', () => {
    const pure = controller.filter(({ path }) => PURE.includes(controllerRoom(path)[0]));
    const found = pure.flatMap(({ path, text }) => {
      const match = IMPURE.exec(withoutComments(text));
      return match ? [`${path}: ${match[0]}`] : [];
    });
    expect(found).toEqual([]);
  });
});

describe('source files', () => {
  it(`have at most ${LONGEST_FILE} lines`, () => {
    const long = [...typescript, ...sidecar].filter(
      ({ text }) => text.split('\n').length - 1 > LONGEST_FILE,
    );
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});

describe('the page of the studio', () => {
  const CODE = /ts\/src\/(text\/|pictures\/owner-colours|studio\/documents\/)/;
  const page = [...filesUnder('studio/src', '.ts'), ...filesUnder('studio/src', '.svelte')];
  const imports = page.flatMap(({ path, text }) =>
    [...text.matchAll(/^\s*import (?!type\b)[^'"]*?from '([^']*ts\/src\/[^']*)'/gm)].map(
      ([, module = '']) => `${path}: ${module}`,
    ),
  );

  it('imports types of the controller, and code of few rooms alone', () => {
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((each) => !CODE.test(each))).toEqual([]);
  });
});
