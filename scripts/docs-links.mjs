// Finds links of the built site that lead nowhere, and files that it loads from elsewhere.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Returns a line for each link of the pages below `site` whose file or anchor does not exist. */
export function deadLinks(site) {
  const pages = readdirSync(site, { recursive: true })
    .filter((name) => name.endsWith('.html'))
    .map((name) => join(site, name));
  const texts = new Map(pages.map((page) => [page, readFileSync(page, 'utf8')]));
  const anchors = new Map([...texts].map(([page, text]) => [page, anchorsOf(text)]));
  return [...texts].flatMap(([page, text]) =>
    linksOf(text).flatMap(({ attribute, link }) => {
      const objection = objectionTo(page, attribute, link, anchors);
      return objection ? [`${relative(site, page)}: ${link}: ${objection}`] : [];
    }),
  );
}

const anchorsOf = (html) =>
  new Set([...html.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => unescaped(id)));

const linksOf = (html) =>
  [...html.matchAll(/<(a|img|link|script)\b[^>]*?\b(?:href|src)="([^"]+)"/g)].map(
    ([, attribute, link]) => ({ attribute, link: unescaped(link) }),
  );

const unescaped = (text) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

function objectionTo(page, element, link, anchors) {
  if (/^[a-z][a-z+.-]*:/i.test(link)) {
    const loaded = element !== 'a' && !link.startsWith('data:');
    return loaded ? 'is loaded from elsewhere' : undefined;
  }
  const [path, anchor = ''] = link.split('#').map(decodeURIComponent);
  const target = path === '' ? page : join(dirname(page), path.split('?')[0]);
  if (!existsSync(target) || !statSync(target).isFile()) return 'there is no such file';
  const known = anchors.get(target);
  return anchor !== '' && known && !known.has(anchor) ? 'there is no such anchor' : undefined;
}
