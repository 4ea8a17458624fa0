// @ts-check
/**
 * What to do while the line does not stand: restart ICE, then one new connection, then say so.
 *
 * Time is measured here because a browser with expired relay credentials stays in "new" for ever
 * and raises no event.
 */

const PATIENCE_MS = 10_000;

export class Ladder {
  /**
   * @param {{restart: () => void, anew: () => void, giveUp: () => void}} steps
   * @param {() => boolean} worth false while the other page has not answered yet: it may still be in its check
   * @param {number} [patience] milliseconds given to each step
   */
  constructor(steps, worth, patience = PATIENCE_MS) {
    this.worth = worth;
    this.steps = [steps.restart, steps.anew, steps.giveUp];
    this.patience = patience;
    this.step = 0;
    this.timer = 0;
    this.watching = false;
  }

  /** An attempt has begun. Calling again while one runs changes nothing. */
  watch() {
    if (this.watching) return;
    this.watching = true;
    this.step = 0;
    this.wait();
  }

  /** The line stands, or nobody is there to reach. */
  rest() {
    this.watching = false;
    clearTimeout(this.timer);
  }

  /** The browser itself has given up this way. */
  failed() {
    this.watch();
    this.climb();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = Number(setTimeout(() => this.climb(), this.patience));
  }

  climb() {
    const step = this.steps[this.step];
    if (!this.watching || !step) return;
    if (!this.worth()) {
      this.wait();
      return;
    }
    this.step += 1;
    if (this.step < this.steps.length) this.wait();
    else this.rest();
    step();
  }
}
