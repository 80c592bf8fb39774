import type { PoolConfig } from '../config/index.js';

/** Where a broker is, and who it is. */
export interface BrokerAddress {
  /** Where workers on other machines reach it. */
  readonly remote: string;
  /** Where it is reached on its own machine, as a tunnel does. */
  readonly local: string;
  /** Its public key; workers talk to no other broker. */
  readonly publicKey: string;
}

/** Returns where the broker of a pool is reached. */
export function brokerAddressOf({
  listen,
  address,
  publicKey,
}: PoolConfig['broker']): BrokerAddress {
  const local = listen.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
  return { remote: address ?? local, local, publicKey };
}

/** Returns host and port of an endpoint, as `host:port`. */
export function hostAndPort(endpoint: string): string {
  return endpoint.replace(/^tcp:\/\//, '');
}
