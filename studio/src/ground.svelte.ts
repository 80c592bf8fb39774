import {
  type Ground,
  inkOn,
  ownerColour,
  ROOT_COLOUR,
} from '../../ts/src/pictures/owner-colours.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** The colour scheme of the reader. */
class Scheme {
  ground = $state<Ground>(dark.matches ? 'dark' : 'light');

  constructor() {
    dark.addEventListener('change', () => {
      this.ground = dark.matches ? 'dark' : 'light';
    });
  }

  /** The colour of the n-th of some tasks, from 0; below 0 that of a root model. */
  colourOf(nth: number, tasks: number): string {
    return (nth < 0 ? ROOT_COLOUR : ownerColour(nth, tasks))[this.ground];
  }

  /** The ink that is read on the colour of a task. */
  inkOn(nth: number, tasks: number): string {
    return inkOn(this.colourOf(nth, tasks));
  }
}

export const scheme = new Scheme();
