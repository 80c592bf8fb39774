import { join, relative, sep } from 'node:path';
import { Converter, DefaultTheme, KindRouter, PageEvent, ReflectionKind } from 'typedoc';
import { prepareContent } from './content.mjs';
import { HOME, SECTIONS, STAND_INS } from './pages.mjs';

const API = 'Node API';
const LABELS = new Map(SECTIONS.flatMap(({ pages }) => pages));

/** Registers the theme `mu2net`: its menu, addresses and titles of pages. */
export function load(app) {
  /** Paths in the repository of the pages. */
  const sources = new Map();
  nameReflections(app, sources);
  app.renderer.defineTheme('mu2net', siteTheme(sources));
  app.renderer.defineRouter('mu2net', siteRouter(sources));
  // Without a server, a browser would list the files of a folder for `./`.
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents?.replace(/href="((?:\.\.\/)*)(\.\/)?(#[^"]*)?"/g, toHome);
  });
}

/** Changes a link to the site's folder into a link to its home page; keeps other links. */
const toHome = (link, up, dot, anchor) =>
  up === '' && dot === undefined ? link : `href="${up}index.html${anchor ?? ''}"`;

/** Gives pages the names of the menu, and resolves links to what the site does not show. */
function nameReflections(app, sources) {
  const pathTo = (file) => join(app.options.getValue('basePath'), file).split(sep).join('/');
  const standInsOf = (source) =>
    Object.keys(STAND_INS).filter((path) => STAND_INS[path] === source);
  const register = (files, source, reflection) => {
    for (const path of standInsOf(source)) files.registerReflectionPath(pathTo(path), reflection);
  };
  app.converter.on(Converter.EVENT_BEGIN, ({ project }) => register(project.files, HOME, project));
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, page) => {
    const { files } = page.project;
    const source = relative(pathTo('.'), files.getReflectionPath(page)).split(sep).join('/');
    sources.set(page, source);
    page.name = LABELS.get(source) ?? source;
    register(files, source, page);
    prepareContent(page.content);
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    prepareContent(project.readme ?? []);
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) module.name = API;
  });
}

/** A theme whose menu lists the sections, then the API. */
const siteTheme = (sources) =>
  class extends DefaultTheme {
    buildNavigation(project) {
      const pages = new Map([...sources].map(([page, source]) => [source, page]));
      const sections = SECTIONS.map(({ title, pages: listed }) => ({
        text: title,
        children: listed.flatMap(([source, text]) => {
          const page = pages.get(source);
          return page ? [{ text, path: this.router.getFullUrl(page) }] : [];
        }),
      }));
      const [module] = project.getReflectionsByKind(ReflectionKind.Module);
      const groups = module.groups.map(({ title, children }) => ({
        text: title,
        children: children.map((child) => ({
          text: child.name,
          path: this.router.getFullUrl(child),
          kind: child.kind,
        })),
      }));
      return [...sections, { text: API, path: this.router.getFullUrl(module), children: groups }];
    }
  };

/** Addresses: `docs/branches.md` is at `branches.html`, and the API lies in `api/`. */
const siteRouter = (sources) =>
  class extends KindRouter {
    getIdealBaseName(reflection) {
      const source = sources.get(reflection);
      if (source !== undefined) return addressOf(source);
      if (reflection.kindOf(ReflectionKind.Module)) return 'api/index';
      return `api/${reflection.name}`;
    }
  };

const addressOf = (source) =>
  source
    .replace(/\.md$/, '')
    .replace(/^docs\/(site\/generated\/)?/, '')
    .replace(/^(\w+)\/README$/, '$1-readme')
    .toLowerCase();
