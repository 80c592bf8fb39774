import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';

/** The keys of a peer, as texts that shells and YAML take without quotes. */
export interface KeyPair {
  /** `mu2net-public-` and 64 hexadecimal digits; others know the peer by it. */
  readonly publicKey: string;
  /** `mu2net-secret-` and 64 hexadecimal digits; whoever has it is the peer. */
  readonly secretKey: string;
}

const PUBLIC = 'mu2net-public-';
const SECRET = 'mu2net-secret-';
/** The bytes in front of the 32 bytes of an X25519 key in PKCS #8. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Makes new keys. */
export function createKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync('x25519');
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(PKCS8.length);
  return keyPairOf(`${SECRET}${secret.toString('hex')}`);
}

/** Returns the pair of a secret key. */
export function keyPairOf(secretKey: string): KeyPair {
  const der = Buffer.concat([PKCS8, bytesOf(secretKey)]);
  const publicKey = createPublicKey(createPrivateKey({ key: der, type: 'pkcs8', format: 'der' }));
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return { publicKey: publicKeyOf(Buffer.from(x, 'base64url')), secretKey };
}

/** Returns the text of a public key, given its 32 bytes. */
export function publicKeyOf(bytes: Uint8Array): string {
  return `${PUBLIC}${Buffer.from(bytes).toString('hex')}`;
}

export function isPublicKey(text: string): boolean {
  return /^mu2net-public-[0-9a-f]{64}$/.test(text);
}

export function isSecretKey(text: string): boolean {
  return /^mu2net-secret-[0-9a-f]{64}$/.test(text);
}

/** Returns a key of either kind as sockets take it, in Z85 (https://rfc.zeromq.org/spec/32/). */
export function curveKeyOf(key: string): string {
  const bytes = bytesOf(key);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const word = bytes.readUInt32BE(at);
    for (const weight of [85 ** 4, 85 ** 3, 85 ** 2, 85, 1]) {
      text += Z85[Math.floor(word / weight) % 85];
    }
  }
  return text;
}

function bytesOf(key: string): Buffer {
  return Buffer.from(key.slice(PUBLIC.length), 'hex');
}
