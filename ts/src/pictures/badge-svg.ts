import { element, escapeXml, textWidth } from './svg.js';

const [HEIGHT, PAD, SIZE] = [22, 9, 11.5];

/** Draws a badge: what it is about on the left, and what holds on the right. */
export function badgeSvg(subject: string, value: string): string {
  const [left, right] = [subject, value].map((text) => 2 * PAD + textWidth(text, SIZE) * 1.02);
  const [subjectWidth, width] = [left ?? 0, Math.ceil((left ?? 0) + (right ?? 0))];
  const label = (x: number, kind: string, text: string) =>
    element('text', { x, y: 15, class: kind, 'text-anchor': 'middle' }, escapeXml(text));
  const style = [
    `text{font:${SIZE}px ui-sans-serif,system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}`,
    '.edge{fill:none;stroke:#d0d7de}.left{fill:#f6f8fa}.right{fill:#0969da}',
    '.subject{fill:#1f2328}.value{fill:#fff;font-weight:600}',
    '@media (prefers-color-scheme:dark){.edge{stroke:#30363d}.left{fill:#21262d}',
    '.right{fill:#1f6feb}.subject{fill:#e6edf3}}',
  ].join('');
  const shape = { width: width - 1, height: HEIGHT - 1, x: 0.5, y: 0.5, rx: 5 };
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${HEIGHT}`,
      width,
      height: HEIGHT,
      role: 'img',
      'aria-label': `${subject}: ${value}`,
    },
    element('style', {}, style),
    element('clipPath', { id: 'shape' }, element('rect', shape)),
    element(
      'g',
      { 'clip-path': 'url(#shape)' },
      element('rect', { class: 'left', width, height: HEIGHT }),
      element('rect', { class: 'right', x: subjectWidth, width, height: HEIGHT }),
    ),
    element('rect', { class: 'edge', ...shape }),
    label(subjectWidth / 2, 'subject', subject),
    label((subjectWidth + width) / 2, 'value', value),
  )}\n`;
}
