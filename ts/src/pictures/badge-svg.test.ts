import { expect, it } from 'vitest';
import { readXml } from '../../../tests/support/xml.js';
import { badgeSvg } from './badge-svg.js';

it('shows both of its texts, and names them for screen readers', () => {
  const elements = readXml(badgeSvg('Node', '>= 20 & <b>'));
  const texts = elements.filter(({ name }) => name === 'text').map(({ text }) => text);
  expect(texts).toEqual(['Node', '>= 20 & <b>']);
  expect(elements.at(-1)?.attributes.get('aria-label')).toBe('Node: >= 20 & <b>');
});
