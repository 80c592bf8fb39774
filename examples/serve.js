// @ts-check
/**
 * Serves the models of a run, asks for predictions over HTTP as any program can, and stops:
 *
 *     node examples/serve.js <image> [run]
 *
 * The run is the latest, unless you name one.
 */
import { readFile } from 'node:fs/promises';
import { openRun } from 'mu2net';

const [image, grown] = process.argv.slice(2);
if (image === undefined) {
  console.error('usage: node examples/serve.js <image> [run]');
  process.exit(2);
}

const server = await openRun(grown).serve({ port: 0 });
try {
  const body = new FormData();
  body.append('image', new Blob([new Uint8Array(await readFile(image))]), image);
  body.append('top', '1');
  const answer = await fetch(`${server.url}/v1/predict`, { method: 'POST', body });
  console.log(JSON.stringify(await answer.json()));
} finally {
  await server.close();
}
