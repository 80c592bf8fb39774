/**
 * Prepares the parts of a page for TypeDoc, which leaves code out of the list of headings and takes a
 * code block without a language for TypeScript.
 */
export function prepareContent(parts) {
  let before = '';
  for (const part of parts) {
    if (part.kind === 'code' && /(^|\n)#{1,6} [^\n]*$/.test(before)) {
      part.kind = 'text';
      part.text = part.text.replace(/^`+|`+$/g, '');
    } else if (part.kind === 'code') {
      part.text = part.text.replace(/^```\n/, '```text\n');
    }
    before = part.kind === 'text' ? before + part.text : '';
  }
}
