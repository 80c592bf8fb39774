import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as a collector received it. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it is the root of its trace. */
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A collector of spans over OTLP/HTTP, in both of its encodings: JSON and protobuf. */
export class Collector {
  readonly spans: ReceivedSpan[] = [];
  readonly #server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const isJson = request.headers['content-type']?.includes('json');
    this.spans.push(...(isJson ? spansOfJson(JSON.parse(body.toString())) : spansOfBinary(body)));
    response
      .writeHead(200, { 'Content-Type': request.headers['content-type'] })
      .end(isJson && '{}');
  });

  /** Starts it; returns the endpoint for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

interface JsonAttribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes?: readonly JsonAttribute[];
}
interface JsonRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly JsonAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[];
  }[];
}

function spansOfJson({ resourceSpans }: JsonRequest): readonly ReceivedSpan[] {
  const read = (attributes: readonly JsonAttribute[] = []) =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(read(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId = '', name, attributes }) => ({
        ...{ service, name, traceId, spanId, parentSpanId, attributes: read(attributes) },
      })),
    );
  });
}

/** Reads an ExportTraceServiceRequest; the numbers are those of fields in OTLP's protobuf. */
function spansOfBinary(body: Buffer): readonly ReceivedSpan[] {
  const nested = (field: number, from: Buffer) => fieldsOf(from).get(field) ?? [];
  const text = (field: number, from: Buffer) => nested(field, from)[0]?.toString() ?? '';
  const hex = (field: number, from: Buffer) => nested(field, from)[0]?.toString('hex') ?? '';
  const read = (field: number, from: Buffer) =>
    Object.fromEntries(
      nested(field, from).map((pair) => {
        const value = nested(2, pair)[0] ?? Buffer.alloc(0);
        const number = nested(3, value)[0];
        return [text(1, pair), number ? Number(number.toString()) : text(1, value)];
      }),
    );
  return nested(1, body).flatMap((resourceSpans) => {
    const service = String(read(1, nested(1, resourceSpans)[0] ?? Buffer.alloc(0))['service.name']);
    return nested(2, resourceSpans).flatMap((scopeSpans) =>
      nested(2, scopeSpans).map((span) => ({
        service,
        name: text(5, span),
        traceId: hex(1, span),
        spanId: hex(2, span),
        parentSpanId: hex(4, span),
        attributes: read(9, span),
      })),
    );
  });
}

/** Reads the fields of a protobuf message: bytes as they are, integers as decimal digits. */
function fieldsOf(message: Buffer): ReadonlyMap<number, readonly Buffer[]> {
  const fields = new Map<number, Buffer[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const kind = key & 7;
    let value: Buffer;
    if (kind === 0) value = Buffer.from(String(varint()));
    else {
      const size = kind === 2 ? Number(varint()) : kind === 1 ? 8 : 4;
      value = message.subarray(at, at + size);
      at += size;
    }
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}
