import { html, raw } from 'hono/html';
import type { OpenApiDocument } from './openapi.js';

interface Operation {
  readonly summary: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: unknown }>> };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

const CURL = 'curl -F image=@a.png -F task=digits';

/** Shows the OpenAPI document as a page that needs nothing from elsewhere. */
export function docsPage(document: OpenApiDocument, origin: string) {
  const paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> = document.paths;
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${document.info.title}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
pre { background: #8881; padding: .5rem 1rem; overflow: auto }
</style>
<h1>${document.info.title}</h1>
<p>${document.info.description} For programs: <a href="/openapi.json">openapi.json</a>.</p>
<pre>${CURL} ${origin}/v1/predict</pre>
${Object.entries(paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => section(method, path, operation)),
)}
</html>
`;
}

function section(method: string, path: string, { summary, requestBody, responses }: Operation) {
  return html`<h2><code>${method.toUpperCase()} ${path}</code></h2>
<p>${summary}.</p>
${Object.entries(requestBody?.content ?? {}).map(
  ([type, { schema }]) => html`<p>As <code>${type}</code>:</p>
<pre>${JSON.stringify(schema, null, 2)}</pre>`,
)}
<ul>${Object.entries(responses).map(
    ([status, { description }]) => html`<li><code>${status}</code> ${description}</li>`,
  )}</ul>${raw('\n')}`;
}
