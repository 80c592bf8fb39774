/** An element of a document, with the text that stands directly in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

const TOKEN = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const ENTITY = /&(?:#(\d+);)?/g;

/**
 * Reads a document of elements, attributes and text: as much of XML as the project writes.
 * @throws Error where it is not well-formed.
 */
export function readXml(document: string): readonly XmlElement[] {
  const elements: XmlElement[] = [];
  const open: { name: string; attributes: Map<string, string>; text: string }[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(document);
    if (!token) throw new Error(`not well-formed: ${document.slice(at, at + 60)}`);
    const [, closing, name = '', written = '', empty, text] = token;
    const last = open.at(-1);
    if (text !== undefined) {
      if (last) last.text += unescaped(text);
      else if (text.trim() !== '') throw new Error(`text outside the document: ${text}`);
    } else if (closing) {
      if (last?.name !== name) throw new Error(`</${name}> closes <${last?.name}>`);
      elements.push(last);
      open.pop();
    } else {
      const attributes = new Map<string, string>();
      for (const [, key = '', value = ''] of written.matchAll(/([\w:.-]+)="([^"]*)"/g)) {
        if (attributes.has(key)) throw new Error(`<${name}> has ${key} twice`);
        attributes.set(key, unescaped(value));
      }
      if (empty) elements.push({ name, attributes, text: '' });
      else open.push({ name, attributes, text: '' });
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  return elements;
}

function unescaped(text: string): string {
  return text.replace(ENTITY, (entity, code) => {
    if (code === undefined) throw new Error(`'&' begins no reference: ${text}`);
    return entity === '&' ? entity : String.fromCodePoint(Number(code));
  });
}
