import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Mu2NetError } from '../domain/errors.js';
import { type Metric, PROMETHEUS_TYPE, prometheusText } from '../text/prometheus.js';

/** An HTTP server that has metrics at /metrics. */
export interface MetricsEndpoint {
  /** Where Prometheus reads them. */
  readonly url: string;
  close(): void;
}

const ADDRESS = /^(?:([^\s:/]+|\[[^\s\]]+\]):)?(\d{1,5})$/;

/**
 * Serves metrics for Prometheus.
 * @param address a port, on the loopback interface, or `host:port`; port 0 takes a free one.
 * @throws Mu2NetError CONFIG_INVALID when the address cannot be used.
 */
export async function serveMetrics(
  address: string,
  list: () => readonly Metric[],
): Promise<MetricsEndpoint> {
  const [, host = '127.0.0.1', port] = ADDRESS.exec(address) ?? [];
  if (port === undefined) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${address}: is not an address for metrics; write a port such as 9464, or 0.0.0.0:9464 for all interfaces`,
    );
  }
  const server = createServer(({ method, url }, response) => {
    if (url !== '/metrics') response.writeHead(404).end('the metrics are at /metrics\n');
    else if (method !== 'GET') response.writeHead(405, { Allow: 'GET' }).end();
    else response.writeHead(200, { 'Content-Type': PROMETHEUS_TYPE }).end(prometheusText(list()));
  });
  try {
    server.listen(Number(port), host.replace(/^\[|\]$/g, ''));
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${address}: metrics cannot be served there: ${reason}; choose another port`,
      { cause: error },
    );
  }
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}/metrics`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
