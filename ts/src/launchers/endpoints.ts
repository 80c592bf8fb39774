import type { PoolConfig } from '../config/index.js';

/** The addresses of a broker. */
export interface Endpoints {
  /** Where workers on other machines reach it. */
  readonly remote: string;
  /** Where it is reached on its own machine, as a tunnel does. */
  readonly local: string;
}

/** Returns where the broker of a pool is reached. */
export function endpointsOf({ listen, address }: PoolConfig['broker']): Endpoints {
  const local = listen.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
  return { remote: address ?? local, local };
}

/** Returns host and port of an endpoint, as `host:port`. */
export function hostAndPort(endpoint: string): string {
  return endpoint.replace(/^tcp:\/\//, '');
}
