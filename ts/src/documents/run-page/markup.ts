import { element, escapeXml } from '../../pictures/svg.js';
import type { PictureTable } from '../../pictures/table.js';

/** Writes a table with a caption. Its first column names the rows. */
export function tableMarkup(caption: string, { columns, rows }: PictureTable): string {
  const kindOf = (nth: number) => (columns[nth]?.numeric ? 'figure' : undefined);
  const head = columns.map(({ title }, nth) =>
    element('th', { scope: 'col', class: kindOf(nth) }, escapeXml(title)),
  );
  const body = rows.map((row) => {
    const cells = row.map((cell, nth) =>
      nth === 0
        ? element('th', { scope: 'row' }, escapeXml(cell))
        : element('td', { class: kindOf(nth) }, escapeXml(cell)),
    );
    return element('tr', {}, ...cells);
  });
  const table = element(
    'table',
    {},
    element('caption', {}, escapeXml(caption)),
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, `\n${body.join('\n')}\n`),
  );
  return scrollable('table', caption, table);
}

/** Writes a part that scrolls by itself where it is too large, also with the keyboard. */
export function scrollable(kind: string, label: string, ...content: readonly string[]): string {
  return element(
    'div',
    { class: kind, role: 'region', 'aria-label': label, tabindex: 0 },
    ...content,
  );
}

/** Writes a section with its heading. */
export function section(id: string, title: string, ...content: readonly string[]): string {
  const heading = element('h2', { id: `${id}-heading` }, escapeXml(title));
  const attributes = { id, 'aria-labelledby': `${id}-heading` };
  return element('section', attributes, `\n${[heading, ...content].join('\n')}\n`);
}

/** Writes a paragraph. */
export const paragraph = (text: string) => element('p', {}, escapeXml(text));
