import { type Address, linkTo, readAddress, type Settings } from './routes.js';

/** The address that the page shows. */
class Place {
  address = $state.raw<Address>(readAddress(location.hash));

  constructor() {
    addEventListener('hashchange', () => {
      this.address = readAddress(location.hash);
    });
  }

  /** Changes settings of the view; the address changes, but the history gets no entry. */
  set(changes: Settings): void {
    const { route, settings } = this.address;
    const changed = { ...settings, ...changes };
    const address = linkTo(route, changed);
    history.replaceState(null, '', address);
    this.address = readAddress(address);
  }
}

export const place = new Place();
