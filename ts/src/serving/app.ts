import { createHash, timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { PROMETHEUS_TYPE, prometheusText } from '../text/prometheus.js';
import { docsPage } from './docs-page.js';
import type { ErrorAnswer, HealthAnswer } from './documents.js';
import { openApiDocument } from './openapi.js';
import type { Predictor } from './predictor.js';
import { type RequestLimits, readQuery } from './read-request.js';
import { Refusal, refusalOf } from './refusal.js';

/** A request that was answered. */
export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly seconds: number;
}

export interface AppOptions {
  readonly predictor: Predictor;
  readonly limits: RequestLimits;
  /** The token that requests need; none by default. */
  readonly token: string | undefined;
  readonly version: string;
  readonly onRequest: ((request: ServedRequest) => void) | undefined;
}

/** Paths that need no token, because those who probe a server have none. */
const OPEN_PATHS: readonly string[] = ['/healthz', '/readyz'];

/** Creates the HTTP interface of a predictor. */
export function createApp({ predictor, limits, token, version, onRequest }: AppOptions): Hono {
  const app = new Hono();
  const document = openApiDocument({ version, hasToken: token !== undefined });

  app.use(async (c, next) => {
    const begun = performance.now();
    await next();
    const seconds = (performance.now() - begun) / 1000;
    const { method, path } = c.req;
    if (path === '/v1/predict') predictor.meters.answered(c.res.status, seconds);
    onRequest?.({ method, path, status: c.res.status, seconds });
  });
  if (token !== undefined) {
    const expected = digestOf(`Bearer ${token}`);
    app.use(async (c, next) => {
      const given = digestOf(c.req.header('authorization') ?? '');
      if (!OPEN_PATHS.includes(c.req.path) && !timingSafeEqual(given, expected)) {
        c.header('WWW-Authenticate', 'Bearer');
        throw new Refusal('UNAUTHORIZED', 'send the token: Authorization: Bearer <token>');
      }
      await next();
    });
  }

  app.post('/v1/predict', async (c) => {
    const { raw } = c.req;
    const length = Number(c.req.header('content-length') ?? limits.maxBodyBytes);
    const answer = await predictor.admit(Math.min(length, limits.maxBodyBytes), async () =>
      predictor.predict(await readQuery(raw, limits), raw.signal),
    );
    return c.json(answer);
  });
  app.get('/v1/tasks', (c) => c.json(predictor.tasks()));
  app.get('/healthz', (c) => {
    const hasFailed = predictor.status === 'failed';
    return c.json<HealthAnswer>({ status: hasFailed ? 'failed' : 'ok' }, hasFailed ? 503 : 200);
  });
  app.get('/readyz', (c) => {
    const { status } = predictor;
    return c.json<HealthAnswer>({ status }, status === 'ok' ? 200 : 503);
  });
  app.get('/metrics', (c) =>
    c.body(prometheusText(predictor.meters.read(predictor.gauges())), 200, {
      'Content-Type': PROMETHEUS_TYPE,
    }),
  );
  app.get('/openapi.json', (c) => c.json(document));
  app.get('/docs', (c) => c.html(docsPage(document, new URL(c.req.url).origin)));
  app.get('/', (c) => c.redirect('/docs'));

  app.notFound((c) => {
    const { method, path } = c.req;
    const knows = Object.keys(document.paths).includes(path);
    return refuse(
      c,
      knows
        ? new Refusal('METHOD_NOT_ALLOWED', `${path} does not know ${method}; see /openapi.json`)
        : new Refusal('NOT_FOUND', `there is no ${path}; see /openapi.json`),
    );
  });
  app.onError((error, c) => refuse(c, refusalOf(error)));
  return app;
}

function refuse(c: Context, { code, message, status, retryAfter }: Refusal) {
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  return c.json<ErrorAnswer>({ error: { code, message } }, status);
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
