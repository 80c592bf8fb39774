/** Numbers as people read them. A value that is not known yet is shown as {@link UNKNOWN}. */
export const UNKNOWN = '–';

/** An accuracy in [0, 1] as per cent: `95.12 %`. */
export function percent(fraction: number | null, digits = 2): string {
  return fraction === null ? UNKNOWN : `${(100 * fraction).toFixed(digits)} %`;
}

/** A difference of accuracies in percentage points: `+1.20`, `−0.35`. */
export function points(difference: number | null): string {
  if (difference === null) return UNKNOWN;
  const text = (100 * Math.abs(difference)).toFixed(2);
  return `${difference < 0 && Number(text) > 0 ? '−' : '+'}${text}`;
}

/** A quality or score: `0.9512`. */
export function quality(value: number | null): string {
  return value === null ? UNKNOWN : value.toFixed(4);
}

/** A whole number, its thousands apart: `1,484,162`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z'];

/** Three significant digits and a metric prefix: `1.48 M`, `303 M`, `12`. */
export function metric(value: number | null, unit = ''): string {
  if (value === null) return UNKNOWN;
  let [scaled, prefix] = [value, 0];
  // 999.5 already rounds to 1000.
  while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
    scaled /= 1000;
    prefix++;
  }
  const digits =
    prefix === 0 && Number.isInteger(scaled) ? 0 : scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return `${scaled.toFixed(digits)} ${PREFIXES[prefix]}${unit}`.trimEnd();
}

/** A size on disk: `12.3 MB`. */
export function bytes(size: number): string {
  return metric(size, 'B');
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A duration in its two largest units: `8 s`, `1 min 10 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first < 0) return seconds > 0 ? 'under 1 s' : '0 s';
  let rest = whole;
  const parts: string[] = [];
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) parts.push(`${n} ${unit}`);
  }
  return parts.join(' ');
}

/** `1 child`, `2 children`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Ascending whole numbers with their runs drawn together: `0–2,5`. */
function ranges(numbers: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const n of numbers) {
    const last = parts.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else parts.push([n, n]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(',');
}

/** Component names in brief, layers drawn together: `head, encoder_norm, encoderblock 0–2,5`. */
export function briefly(components: readonly string[]): string {
  const layers = new Map<string, number[]>();
  for (const name of components) {
    const [, kind = name, layer] = /^(.+)_(\d+)$/.exec(name) ?? [];
    const known = layers.get(kind) ?? [];
    layers.set(kind, layer === undefined ? known : [...known, Number(layer)]);
  }
  return [...layers]
    .map(([kind, numbers]) => (numbers.length === 0 ? kind : `${kind} ${ranges(numbers)}`))
    .join(', ');
}

/** Cuts text to at most `width` characters, the last of them an ellipsis where something is lost. */
export function truncate(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width <= 0 ? '' : `${characters.slice(0, width - 1).join('')}…`;
}
