// Finds links of the built site that lead nowhere, and files that it loads from elsewhere.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Returns a line for each link of the pages below `site` whose file or anchor does not exist, and for
 * each file that a page loads from another place.
 *
 * @param {string} site
 */
export function deadLinks(site) {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html'))
    .map((name) => join(site, name));
  const texts = new Map(pages.map((page) => [page, readFileSync(page, 'utf8')]));
  const anchors = new Map([...texts].map(([page, text]) => [page, anchorsOf(text)]));
  return [...texts].flatMap(([page, text]) =>
    linksOf(text).flatMap(({ element, link }) => {
      const objection = /^[a-z][a-z+.-]*:/i.test(link)
        ? objectionToOutside(element, link)
        : objectionToInside(page, link, anchors);
      return objection ? [`${relative(site, page)}: ${link}: ${objection}`] : [];
    }),
  );
}

/** @param {string} html */
const anchorsOf = (html) =>
  new Set([...html.matchAll(/\bid="([^"]+)"/g)].map(([, id = '']) => unescapeHtml(id)));

/** @param {string} html */
const linksOf = (html) =>
  [...html.matchAll(/<(a|img|link|script)\b[^>]*?\b(?:href|src)="([^"]+)"/g)].map(
    ([, element = '', link = '']) => ({ element, link: unescapeHtml(link) }),
  );

/** @param {string} text */
const unescapeHtml = (text) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

/** @param {string} element @param {string} link */
const objectionToOutside = (element, link) =>
  element === 'a' || link.startsWith('data:') ? undefined : 'is loaded from elsewhere';

/** @param {string} page @param {string} link @param {Map<string, Set<string>>} anchors */
function objectionToInside(page, link, anchors) {
  const [path = '', anchor = ''] = link.split('#').map(decodeURIComponent);
  const target = path === '' ? page : join(dirname(page), path.split('?')[0] ?? '');
  if (!existsSync(target) || !statSync(target).isFile()) return 'there is no such file';
  const known = anchors.get(target);
  return anchor !== '' && known && !known.has(anchor) ? 'there is no such anchor' : undefined;
}
