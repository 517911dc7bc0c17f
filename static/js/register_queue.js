// Presses of the Register on their way: one after another, in order, each until it is answered. They are kept in the
// memory of the page and nowhere else, for computers are shared. A press says what it means, so that one whose answer
// was lost can be sent again.
const WAITS = [1, 2, 4, 8, 15, 30]; // seconds between tries

class PressQueue {
  // send(press): resolves to { done } with the answer, or { later } with why it has to wait, and unsent where nothing can
  // have been written down. told(): something changed.
  constructor(send, told) {
    this.send = send;
    this.told = told;
    this.presses = [];
    this.running = false;
    this.why = "";
    this.tries = 0;
    this.timer = 0;
  }

  get size() {
    return this.presses.length;
  }

  add(press) {
    press.state = "waiting";
    this.presses.push(press);
    this.told(press);
    this.run();
  }

  // Whether it could still be left out: one that was sent may be written down, though its answer was lost.
  drop(press) {
    if (press.state !== "waiting" || press.sent) return false;
    this.presses = this.presses.filter((one) => one !== press);
    this.told(press);
    return true;
  }

  // Something speaks for trying now: the connection is back, or somebody looks at the page again.
  wake() {
    this.tries = 0;
    this.run();
  }

  async run() {
    if (this.running) return;
    clearTimeout(this.timer);
    this.running = true;
    while (this.presses.length) {
      const press = this.presses[0];
      press.state = "sending";
      this.told(press);
      const { done, later, unsent } = await this.send(press);
      press.sent ||= !unsent;
      if (later) {
        press.state = "waiting";
        this.why = later;
        this.timer = setTimeout(() => this.run(), WAITS[Math.min(this.tries, WAITS.length - 1)] * 1000);
        this.tries += 1;
        break;
      }
      this.presses.shift();
      press.state = "done";
      this.why = "";
      this.tries = 0;
      press.settle(done);
    }
    this.running = false;
    this.told(null);
  }
}
