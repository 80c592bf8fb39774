import { type LineageGraph, MODEL_KINDS } from '../../../ts/src/studio/documents/graph.js';
import type { Layout } from './layout.js';
import { isRetained } from './models.js';
import type { Scene } from './renderer.js';

/** The parts of a graph that stand out. */
export interface Emphasis {
  /** Whether the filter shows each model. */
  readonly isShown: Uint8Array;
  /** Places from a chosen model back to its root; empty if none is chosen. */
  readonly lit: readonly number[];
}

/** Colours as `#rrggbb`. */
export interface Inks {
  readonly colourOf: (task: number) => string;
  /** The colour of the path that is lit. */
  readonly strong: string;
}

type Rgb = readonly [red: number, green: number, blue: number];

/** Opacity of a dot that the filter hides, of a discarded child, and of a retained model. */
const DOT_OPACITY = [0.07, 0.55, 1];
const LINE_OPACITY = 0.3;
const BEST = MODEL_KINDS.indexOf('best');

/** Turns a graph into dots and lines; what stands out is drawn last. */
export function sceneOf(
  graph: LineageGraph,
  { positions }: Layout,
  { isShown, lit }: Emphasis,
  inks: Inks,
): Scene {
  const isLit = new Set(lit);
  const strong = rgbOf(inks.strong);
  const owners = [-1, ...graph.tasks.keys()].map((task) => rgbOf(inks.colourOf(task)));
  const colourAt = (place: number) => owners[(graph.task[place] ?? -1) + 1] ?? strong;
  const dimmed = lit.length > 0 ? 0.45 : 1;
  const rank = (place: number) =>
    isLit.has(place) ? 3 : !isShown[place] ? 0 : isRetained(graph, place) ? 2 : 1;
  const ranks = Uint8Array.from(graph.pathId, (_, place) => rank(place));
  const order = [0, 1, 2, 3].flatMap((level) =>
    graph.pathId.flatMap((_, place) => (ranks[place] === level ? [place] : [])),
  );
  const dots = new Dots(graph.pathId.length + lit.length, positions);
  const hairlines = new Lines(graph.pathId.length, positions);
  const lines = new Lines(lit.length, positions);
  for (const place of order) {
    const level = ranks[place] ?? 0;
    const radius = (graph.kind[place] ?? 0) <= BEST ? 1.3 : isRetained(graph, place) ? 1 : 0.62;
    if (level === 3) dots.add(place, radius + 0.55, strong, 1);
    const opacity = level === 3 ? 1 : dimmed * (DOT_OPACITY[level] ?? 1);
    dots.add(place, radius, colourAt(place), opacity);
    const parent = graph.parent[place] ?? -1;
    if (parent < 0 || level === 0 || level === 3) continue;
    hairlines.add(parent, place, colourAt(parent), dimmed * LINE_OPACITY);
  }
  for (const [nth, place] of lit.slice(0, -1).entries()) {
    lines.add(lit[nth + 1] ?? place, place, strong, 1);
  }
  return {
    ...dots.result(),
    hairlines: hairlines.ends(),
    hairlineColours: hairlines.coloursOfEnds(),
    lines: lines.ends(),
    lineColours: lines.colours(),
  };
}

/** Dots for the graphics card; places are those of a graph. */
class Dots {
  readonly #layout: Float32Array;
  readonly #positions: Float32Array;
  readonly #colours: Uint8Array;
  readonly #radii: Float32Array;
  #count = 0;

  constructor(size: number, layout: Float32Array) {
    this.#layout = layout;
    this.#positions = new Float32Array(2 * size);
    this.#colours = new Uint8Array(4 * size);
    this.#radii = new Float32Array(size);
  }

  add(place: number, radius: number, colour: Rgb, opacity: number): void {
    this.#positions.set(this.#layout.subarray(2 * place, 2 * place + 2), 2 * this.#count);
    this.#colours.set(premultiplied(colour, opacity), 4 * this.#count);
    this.#radii[this.#count++] = radius;
  }

  result() {
    return { positions: this.#positions, colours: this.#colours, radii: this.#radii };
  }
}

/** Lines for the graphics card. */
class Lines {
  readonly #layout: Float32Array;
  readonly #ends: Float32Array;
  /** One colour in each number. */
  readonly #colours: Uint32Array;
  #count = 0;

  constructor(size: number, layout: Float32Array) {
    this.#layout = layout;
    this.#ends = new Float32Array(4 * size);
    this.#colours = new Uint32Array(size);
  }

  add(from: number, to: number, colour: Rgb, opacity: number): void {
    this.#ends.set(this.#layout.subarray(2 * from, 2 * from + 2), 4 * this.#count);
    this.#ends.set(this.#layout.subarray(2 * to, 2 * to + 2), 4 * this.#count + 2);
    const parts = Uint8Array.from(premultiplied(colour, opacity));
    this.#colours.set(new Uint32Array(parts.buffer), this.#count++);
  }

  ends(): Float32Array {
    return this.#ends.subarray(0, 4 * this.#count);
  }

  colours(): Uint8Array {
    return new Uint8Array(this.#colours.buffer, 0, 4 * this.#count);
  }

  /** Returns each colour twice. */
  coloursOfEnds(): Uint8Array {
    const twice = Uint32Array.from(
      { length: 2 * this.#count },
      (_, end) => this.#colours[end >> 1] ?? 0,
    );
    return new Uint8Array(twice.buffer);
  }
}

function rgbOf(colour: string): Rgb {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    Number.parseInt(colour.slice(at, at + 2), 16),
  );
  return [red, green, blue];
}

function premultiplied([red, green, blue]: Rgb, opacity: number): readonly number[] {
  return [red * opacity, green * opacity, blue * opacity, 255 * opacity];
}
