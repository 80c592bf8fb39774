import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { readXml } from '../../../tests/support/xml.js';
import { spansOf } from './ansi.js';
import { type Recording, terminalSvg } from './terminal-svg.js';

const { bold, dim, green, cyan } = pc.createColors(true);

describe('spans of a terminal line', () => {
  it('have the style that the line gives them', () => {
    const plain = { bold: false, dim: false, colour: null };
    expect(spansOf(`${bold('run')}  ${green('✓')}${dim(' 3')}`)).toEqual([
      { text: 'run', column: 0, ...plain, bold: true },
      { text: '  ', column: 3, ...plain },
      { text: '✓', column: 5, ...plain, colour: 'green' },
      { text: ' 3', column: 6, ...plain, dim: true },
    ]);
  });

  it('refuse a style that they would lose', () => {
    expect(() => spansOf('\u001b[4munderlined\u001b[24m')).toThrow('style 4');
  });

  it('hold all of the text', () => {
    const paint = fc.constantFrom(String, bold, dim, green, cyan);
    const parts = fc.array(fc.tuple(fc.string({ unit: 'grapheme-ascii' }), paint));
    fc.assert(
      fc.property(parts, (painted) => {
        const line = painted.map(([text, with_]) => with_(text)).join('');
        const spans = spansOf(line);
        expect(spans.map(({ text }) => text).join('')).toBe(stripVTControlCharacters(line));
      }),
    );
  });
});

const recording: Recording = {
  title: 'a & b',
  description: 'two frames',
  columns: 40,
  frames: [
    { lines: [bold('quickstart'), `${cyan('━━')}${dim('──')}  ▁█  <1>`], seconds: 1 },
    { lines: [bold('quickstart'), 'done'], seconds: 3 },
  ],
};

describe('the drawing of a recording', () => {
  const elements = readXml(terminalSvg(recording));
  const style = elements.find(({ name }) => name === 'style')?.text ?? '';

  it('holds each line once, however many frames show it', () => {
    const texts = elements.filter(({ name }) => name === 'text').map(({ text }) => text);
    expect(texts).toEqual(['quickstart', '<1>', 'done', 'a & b']);
    const uses = elements.filter(({ name }) => name === 'use');
    expect(uses.map(({ attributes }) => attributes.get('y'))).toEqual(['0', '20', '40', '60']);
  });

  it('draws bars and curves as shapes', () => {
    const shapes = elements.filter(({ name }) => name === 'path');
    expect(shapes.map(({ attributes }) => attributes.get('class'))).toEqual([
      'cyan',
      'chrome',
      undefined,
      undefined,
    ]);
  });

  it('shows each frame for its time', () => {
    expect(style).toContain('@keyframes play{0.000%{transform:translateY(0px)}');
    expect(style).toContain('25.000%{transform:translateY(-40px)}');
    expect(style).toContain('play 4.00s step-end infinite');
  });

  it('stands still at the last frame for readers who prefer reduced motion', () => {
    const still = style.replace(/@media[^\n]*|@keyframes[^\n]*/g, '');
    expect(still).toContain('.strip{transform:translateY(-40px)}');
    expect(style).toMatch(/reduced-motion:no-preference\)\{\.strip\{animation:/);
  });
});
