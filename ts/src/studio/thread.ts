import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from './http/failure.js';
import { prepareContent } from './http/prepare.js';
import type { ThreadAnswer, ThreadData } from './http/threads.js';
import { readDocument } from './read-document.js';
import { createSources } from './serve.js';

// The program of a reading thread: it answers each address with a document.
const sources = createSources(workerData as ThreadData);

async function answerTo(address: string): Promise<ThreadAnswer> {
  try {
    return { content: await prepareContent(await readDocument(address, sources)) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

parentPort?.on('message', async (address: string) => {
  parentPort?.postMessage(await answerTo(address));
});
