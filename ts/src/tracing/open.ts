import type { Attributes, Span, Tracing } from './tracing.js';
import { UNTRACED } from './tracing.js';

/** The packages that record and send spans; a program that is not traced does not need them. */
const PACKAGES = [
  '@opentelemetry/api@1',
  '@opentelemetry/sdk-trace-base@2',
  '@opentelemetry/resources@2',
  '@opentelemetry/exporter-trace-otlp-http@0.223',
].join(' ');

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the environment says where spans are sent, as OpenTelemetry defines its variables. */
export function isTraced(environment: Environment): boolean {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT } = environment;
  const isOff = environment.OTEL_SDK_DISABLED === 'true';
  const names = environment.OTEL_TRACES_EXPORTER ?? 'otlp';
  const hasPlace = Boolean(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || OTEL_EXPORTER_OTLP_ENDPOINT);
  return hasPlace && !isOff && names.includes('otlp');
}

/**
 * Opens tracing to the collector that the environment names; without one, nothing is traced.
 * @param service Name of this process among the services of a trace.
 * @param onProblem gets a line if the packages for it are missing: nothing is traced then.
 */
export async function openTracing(
  service: string,
  onProblem: (message: string) => void,
  environment: Environment = process.env,
): Promise<Tracing> {
  if (!isTraced(environment)) return UNTRACED;
  try {
    return await openExporter(environment.OTEL_SERVICE_NAME || service);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    onProblem(
      `nothing is traced, because OpenTelemetry is not installed; 'npm install ${PACKAGES}' adds it`,
    );
    return UNTRACED;
  }
}

async function openExporter(service: string): Promise<Tracing> {
  const [api, sdk, { resourceFromAttributes }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('mu2net');
  const start = (name: string, attributes: Attributes, parent: string | null): Span => {
    const [, traceId = '', spanId = '', flags = '01'] = parent?.split('-') ?? [];
    const traceFlags = Number.parseInt(flags, 16);
    const above =
      parent === null
        ? api.ROOT_CONTEXT
        : api.trace.setSpanContext(api.ROOT_CONTEXT, {
            ...{ traceId, spanId, traceFlags, isRemote: true },
          });
    const span = tracer.startSpan(name, { attributes: attributesOf(attributes) }, above);
    const context = span.spanContext();
    const own = context.traceFlags.toString(16).padStart(2, '0');
    return {
      traceparent: `00-${context.traceId}-${context.spanId}-${own}`,
      end: (problem) => {
        if (problem !== undefined) {
          span.setStatus({ code: api.SpanStatusCode.ERROR, message: problem });
        }
        span.end();
      },
    };
  };
  // A collector that is away must not fail the work that was traced.
  return { start, close: () => provider.shutdown().catch(() => {}) };
}

/** Returns attributes under the names of this project. */
function attributesOf(attributes: Attributes) {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === null ? [] : [[`mu2net.${name}`, typeof value === 'object' ? [...value] : value]],
    ),
  );
}
