import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { pngOf, type Theme } from '../../index.js';

/** Parses the file of a picture, whose ending says what is written. */
export function parsePictureFile(file: string): string {
  if (!['.svg', '.png'].includes(extname(file).toLowerCase())) {
    throw new InvalidArgumentError('its name must end with .svg or .png.');
  }
  return file;
}

/** Parses the file of a PNG image. */
export function parseImageFile(file: string): string {
  if (extname(file).toLowerCase() !== '.png') {
    throw new InvalidArgumentError('its name must end with .png.');
  }
  return file;
}

/** Writes a picture as PNG if the file's name says so, and otherwise as SVG. */
export async function writePicture(
  file: string,
  svgOf: (theme: Theme) => string,
  theme: Theme = 'auto',
): Promise<void> {
  const isImage = extname(file).toLowerCase() === '.png';
  writeFileSync(file, isImage ? await pngOf(svgOf(theme)) : svgOf(theme));
}
