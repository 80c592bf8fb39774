import { unwatchFile, watchFile } from 'node:fs';
import type { KeyPair } from '../pool/wire/keys.js';
import type { Security } from '../pool/wire/security.js';
import type { AllowedKey, Role } from './allow-list.js';
import { readAllowList } from './allow-list-file.js';

const LOOK_MILLIS = 500;

/**
 * The allow-list of a pool that runs. It is read at each connection, so a key that was added can
 * connect at once. While the file cannot be read, nobody new is let in.
 */
export class LiveAllowList {
  readonly #file: string;
  readonly #onRevoked: (revoked: readonly AllowedKey[]) => void;
  #known: readonly AllowedKey[];
  readonly #look = () => this.#compare();

  /**
   * @param onRevoked Called with keys that are no longer in the list; has to close their connections.
   * @throws Mu2NetError KEY_INVALID when the list has a wrong line.
   */
  constructor(file: string, onRevoked: (revoked: readonly AllowedKey[]) => void) {
    this.#file = file;
    this.#onRevoked = onRevoked;
    this.#known = readAllowList(file);
    watchFile(file, { interval: LOOK_MILLIS, persistent: false }, this.#look);
  }

  /** Returns who a socket for peers of a role is, and whom it lets in. */
  securityFor(role: Role, keyPair: KeyPair): Security {
    const isAllowed = (key: string) =>
      readAllowList(this.#file).some((each) => each.role === role && each.publicKey === key);
    return { keyPair, isAllowed };
  }

  close(): void {
    unwatchFile(this.#file, this.#look);
  }

  #compare(): void {
    let now: readonly AllowedKey[];
    try {
      now = readAllowList(this.#file);
    } catch {
      // Somebody edits it by hand. Who is connected stays, and nobody new is let in.
      return;
    }
    const stays = ({ role, publicKey }: AllowedKey) =>
      now.some((each) => each.role === role && each.publicKey === publicKey);
    const revoked = this.#known.filter((key) => !stays(key));
    this.#known = now;
    if (revoked.length > 0) this.#onRevoked(revoked);
  }
}
