import { expect, it } from 'vitest';
import { frame } from './frame.js';
import { pngOf } from './png.js';

const sheet = {
  title: 'A title',
  subtitle: 'and more',
  description: 'Nothing.',
  width: 120,
  height: 80,
  tasks: 1,
  content: [],
};

it('renders a picture at twice its size, with its text', async () => {
  const png = Buffer.from(await pngOf(frame(sheet, { theme: 'dark' })));
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([240, 160]);
  const silent = Buffer.from(await pngOf(frame({ ...sheet, title: '' }, { theme: 'dark' })));
  expect(silent.equals(png)).toBe(false);
  const light = Buffer.from(await pngOf(frame(sheet, { theme: 'light' })));
  expect(light.equals(png)).toBe(false);
  // Renderers of images know no reader, so `auto` is light.
  expect(Buffer.from(await pngOf(frame(sheet))).equals(light)).toBe(true);
});
