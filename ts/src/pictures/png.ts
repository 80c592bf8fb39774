import { Mu2NetError } from '../domain/errors.js';

/** Pixels of an image for each pixel of the picture. */
const ZOOM = 2;

/** A picture without text has no box where no font draws it. */
const LETTER =
  '<svg xmlns="http://www.w3.org/2000/svg"><text y="12" font-family="sans-serif">m</text></svg>';

/**
 * Renders a picture as a PNG image of twice its size. An image has one ground: draw the picture with
 * the theme `light` or `dark`; `auto` is light here.
 *
 * @throws Mu2NetError PNG_UNAVAILABLE where the renderer, an optional dependency, is not installed,
 *   or there is no font.
 *
 * @example
 * const png = await pngOf(openRun('quickstart').draw('growth').svg({ theme: 'light' }));
 * console.log(png.length);
 */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const { Resvg } = await loadRenderer();
  if (!new Resvg(LETTER).getBBox()) {
    throw new Mu2NetError(
      'PNG_UNAVAILABLE',
      'a PNG needs a font, and this system has none; install one, such as fonts-dejavu-core, or write SVG',
    );
  }
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: ZOOM } }).render().asPng();
}

async function loadRenderer() {
  try {
    return await import('@resvg/resvg-js');
  } catch (cause) {
    throw new Mu2NetError(
      'PNG_UNAVAILABLE',
      "a PNG needs the package @resvg/resvg-js, which is not installed or has no build for this system; 'npm install @resvg/resvg-js' adds it, or write SVG",
      { cause },
    );
  }
}
