/** The part of a picture that a canvas shows: pixels = (units - origin) * scale. */
export interface Camera {
  /** Units at the left and upper edge of the canvas. */
  readonly x: number;
  readonly y: number;
  /** Pixels of a unit to the right, and down. */
  readonly scaleX: number;
  readonly scaleY: number;
}

/** A size, in pixels or units. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A point, in pixels or units. */
export type Point = readonly [x: number, y: number];

const MARGIN = { left: 24, right: 24, top: 40, bottom: 20 };
/** A picture of few models is not drawn larger than this, in pixels of a unit. */
const LARGEST = { x: 60, y: 56 };

/** Shows the whole picture. */
export function fit(picture: Size, canvas: Size): Camera {
  const inside = {
    width: Math.max(1, canvas.width - MARGIN.left - MARGIN.right),
    height: Math.max(1, canvas.height - MARGIN.top - MARGIN.bottom),
  };
  const scaleX = Math.min(LARGEST.x, inside.width / Math.max(picture.width, 1e-6));
  const scaleY = Math.min(LARGEST.y, inside.height / Math.max(picture.height, 1e-6));
  const left = MARGIN.left + (inside.width - picture.width * scaleX) / 2;
  const top = MARGIN.top + (inside.height - picture.height * scaleY) / 2;
  return { x: -left / scaleX, y: -top / scaleY, scaleX, scaleY };
}

/** Zooms by a factor; what is at the pixel `at` stays there. */
export function zoom(camera: Camera, factor: number, [px, py]: Point): Camera {
  const least = Math.min(camera.scaleX, camera.scaleY);
  const most = Math.max(camera.scaleX, camera.scaleY);
  const bounded = Math.min(Math.max(factor, 0.2 / least), 400 / most);
  const scaleX = camera.scaleX * bounded;
  const scaleY = camera.scaleY * bounded;
  return {
    x: camera.x + px / camera.scaleX - px / scaleX,
    y: camera.y + py / camera.scaleY - py / scaleY,
    scaleX,
    scaleY,
  };
}

/** Moves the picture by so many pixels. */
export function pan(camera: Camera, [dx, dy]: Point): Camera {
  return { ...camera, x: camera.x - dx / camera.scaleX, y: camera.y - dy / camera.scaleY };
}

/** Returns the pixel of a place in units. */
export function pixelOf({ x, y, scaleX, scaleY }: Camera, [ux, uy]: Point): Point {
  return [(ux - x) * scaleX, (uy - y) * scaleY];
}

/** Moves the picture as little as needed to show a place, with a margin in pixels. */
export function reveal(camera: Camera, unit: Point, canvas: Size, margin = 48): Camera {
  const [px, py] = pixelOf(camera, unit);
  const shift = (at: number, length: number) =>
    at < margin ? margin - at : at > length - margin ? length - margin - at : 0;
  return pan(camera, [shift(px, canvas.width), shift(py, canvas.height)]);
}

/** Returns the place of the shown point that is nearest to a pixel; -1 if none is near. */
export function nearest(
  camera: Camera,
  positions: Float32Array,
  isShown: Uint8Array,
  [px, py]: Point,
  reach = 14,
): number {
  let best = -1;
  let least = reach * reach;
  for (let place = 0; place < isShown.length; place++) {
    if (!isShown[place]) continue;
    const dx = ((positions[2 * place] ?? 0) - camera.x) * camera.scaleX - px;
    const dy = ((positions[2 * place + 1] ?? 0) - camera.y) * camera.scaleY - py;
    const distance = dx * dx + dy * dy;
    if (distance <= least) [best, least] = [place, distance];
  }
  return best;
}

/** Radius of a retained model's dot, in pixels: as large as its neighbours let it be. */
export function radiusOf({ scaleX, scaleY }: Camera): number {
  return Math.min(9, Math.max(1.8, 0.36 * Math.min(scaleY, 2 * scaleX)));
}
