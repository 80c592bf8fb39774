import { SvgDocument } from '../routes.js';
import { type Content, contentOf } from './answer.js';

/** Prepares a document to be sent: an image as it is, any other value as JSON. */
export function prepareContent(document: unknown): Promise<Content> {
  return document instanceof SvgDocument
    ? contentOf('image/svg+xml', document.text)
    : contentOf('application/json', JSON.stringify(document));
}
