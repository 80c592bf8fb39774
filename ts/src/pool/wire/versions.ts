import { PROTOCOL_TAG, PROTOCOL_VERSION } from '../../../../protocol/index.js';

/** Major version of the peer that sent this first frame; null when it is not a mu2net peer. */
export function majorOf(tag: Uint8Array): number | null {
  const match = /^mu2net\/([0-9]{1,9})$/.exec(Buffer.from(tag).toString('latin1'));
  return match ? Number(match[1]) : null;
}

export const TAG = Buffer.from(PROTOCOL_TAG);

/** Says why a sidecar of another major version is refused, and which side to upgrade. */
export function refusal(major: number): string {
  const ours = PROTOCOL_VERSION.major;
  const advice =
    major < ours
      ? "upgrade the sidecar: install mu2net-sidecar of the controller's version where it runs"
      : 'upgrade the controller: install the version of mu2net that the sidecar has';
  return `the sidecar speaks protocol ${major} and the controller protocol ${ours}; ${advice}`;
}

/** Says why a controller of another major version is refused by a standing pool. */
export function refusalOfController(major: number): string {
  const ours = PROTOCOL_VERSION.major;
  const older = major < ours ? 'controller' : 'pool';
  return `the controller speaks protocol ${major} and the pool protocol ${ours}; upgrade the ${older}: install the version of mu2net that the other has`;
}

/** Says why a controller cannot use a standing pool of another major version. */
export function refusalOfPool(major: number): string {
  const ours = PROTOCOL_VERSION.major;
  const older = major < ours ? 'pool' : 'controller';
  return `the pool speaks protocol ${major} and the controller protocol ${ours}; upgrade the ${older}: install the version of mu2net that the other has`;
}
