import type { RunPicture } from '../../pictures/draw.js';

/**
 * `/api/runs/<run>/pictures/<kind>`: the data of a picture, the same as a table, and in words.
 * `growth` is who trained which component of which model. The route with `.svg` after the kind
 * draws it; its query `theme` is `light`, `dark` or `auto`.
 */
export interface PictureDocument extends Omit<RunPicture, 'svg'> {
  readonly run: string;
}
