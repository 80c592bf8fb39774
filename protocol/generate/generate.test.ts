import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pythonFiles } from './python.js';
import { referencePage } from './reference.js';
import { createRenamer, parseRename } from './rename.js';
import { definitionsOf } from './schema.js';

/** The definitions of a protocol with one message, whose fields a test gives. */
function definitionsWith(fields: z.ZodRawShape) {
  // Ids of a registry of their own stay apart from those of the protocol.
  const registry = z.registry<z.core.GlobalMeta>();
  const text = z.string().max(9).describe('A short text.');
  const message = z
    .strictObject({ type: z.literal('ping'), ...fields, note: text.nullable() })
    .describe('Asks for an answer.');
  registry.add(text, { id: 'Text' });
  registry.add(message, { id: 'Ping' });
  return definitionsOf(registry);
}

const packages = [{ name: 'messages', description: 'Messages.' }];
const modules = [
  { package: 'messages', name: 'ping', description: 'Pings.', ids: ['Text', 'Ping'] },
];

const pythonOf = (fields: z.ZodRawShape) =>
  pythonFiles(packages, modules, definitionsWith(fields)).get('messages/_ping.py');

describe('the Python twin', () => {
  it('reads as if written by hand', () => {
    const fields = {
      retryCount: z.int().min(0).max(20_000).describe('Null is not allowed.'),
      from: z.enum(['a', 'b']),
      items: z.array(z.number().positive()).min(1),
      names: z.record(z.string(), z.boolean()),
      payload: z.instanceof(Uint8Array).meta({ type: 'string', contentEncoding: 'base64' }),
    };
    expect(pythonOf(fields)).toBe(`\
# Generated from protocol/messages/ping.ts by \`npm run generate\`; edit that instead.
"""Pings."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from mu2net_sidecar.wire._value import Value

Text = Annotated[str, Meta(max_length=9)]
"""A short text."""


class Ping(Value, frozen=True, tag_field="type", tag="ping"):
    """Asks for an answer.

    Attributes:
        retry_count: None is not allowed.
    """

    retry_count: Annotated[int, Meta(ge=0, le=20_000)]
    from_: Literal["a", "b"] = field(name="from")
    items: Annotated[list[Annotated[float, Meta(gt=0)]], Meta(min_length=1)]
    names: dict[str, bool]
    payload: bytes
    note: Text | None
`);
  });

  it('follows a field that is renamed or added', () => {
    expect(pythonOf({ batchSize: z.boolean() })).toContain('    batch_size: bool\n');
    const renamed = pythonOf({ sizeOfBatch: z.boolean(), more: z.boolean() });
    expect(renamed).toContain('    size_of_batch: bool\n    more: bool\n');
    expect(renamed).not.toContain('batch_size');
  });

  it('names a field in full where camel case would not give it back', () => {
    expect(pythonOf({ maxRAM: z.boolean() })).toContain('max_r_a_m: bool\n');
    expect(pythonOf({ batch_size: z.boolean() })).toContain(
      'batch_size: bool = field(name="batch_size")',
    );
  });

  it('refuses an object without a name, and a name that no module has', () => {
    expect(() => pythonOf({ part: z.strictObject({ a: z.boolean() }) })).toThrow(/an id/);
    expect(() => pythonFiles(packages, [], definitionsWith({}))).toThrow(/Text, Ping/);
  });

  it('has one place for the names of a package', () => {
    const files = pythonFiles(packages, modules, definitionsWith({}));
    expect(files.get('messages/__init__.py')).toContain(
      'from mu2net_sidecar.wire.messages._ping import Ping, Text\n\n__all__ = ["Ping", "Text"]\n',
    );
  });
});

describe('the reference', () => {
  it('shows fields, types, meanings and an example', () => {
    const page = referencePage({
      version: { major: 1, minor: 2 },
      packages,
      modules,
      definitions: definitionsWith({ count: z.int().min(1).max(9).describe('How often.') }),
      exampleOf: (id) => (id === 'Ping' ? { type: 'ping', count: 3, note: null } : undefined),
    });
    expect(page).toContain('Version 1.2');
    expect(page).toContain('| `count` | integer, ≥ 1, ≤ 9 | How often. |');
    expect(page).toContain('| `note` | [Text](#text) or null | |');
    expect(page).toContain('```json\n{ "type": "ping", "count": 3, "note": null }\n```');
  });
});

describe('a rename', () => {
  const registry = z.registry<z.core.GlobalMeta>();
  const child = z.strictObject({ path: z.int() });
  const train = z.strictObject({ kind: z.literal('train'), children: z.array(child) });
  const folder = z.strictObject({ kind: z.literal('folder'), path: z.string().nullable() });
  registry.add(child, { id: 'Child' });
  registry.add(train, { id: 'Train' });
  registry.add(folder, { id: 'Folder' });
  registry.add(z.discriminatedUnion('kind', [train, folder]), { id: 'Request' });
  const definitions = definitionsOf(registry);
  const rename = parseRename('Child.path=pathId');
  const renamed = createRenamer(definitions, rename ? [rename] : []);
  const request = { $ref: '#/$defs/Request' };

  it('changes the field of one schema alone, and keeps the order of fields', () => {
    const message = { kind: 'train', path: 1, children: [{ path: 1, other: 2 }, null] };
    expect(JSON.stringify(renamed(request, message))).toBe(
      '{"kind":"train","path":1,"children":[{"pathId":1,"other":2},null]}',
    );
    expect(renamed(request, { kind: 'folder', path: 'x' })).toEqual({ kind: 'folder', path: 'x' });
  });

  it('leaves alone what is not of the protocol', () => {
    for (const message of [null, 1, [], { path: 1 }, { kind: 'no such kind', path: 1 }]) {
      expect(renamed(request, message)).toEqual(message);
    }
  });

  it('is written as a field and its new name', () => {
    expect(rename).toEqual({ id: 'Child', from: 'path', to: 'pathId' });
    expect(parseRename('path=pathId')).toBeUndefined();
  });
});
