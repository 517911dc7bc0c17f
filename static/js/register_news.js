// What stands on an open Register by now: what colleagues recorded, asked for now and then, and what the weeks came to by
// the presses of the page itself, asked for as soon as nobody presses any more.
const AT_MOST_EVERY = 2000;
const AFTER_A_PRESS = 300;

class RegisterNews {
  // page: its rows; those behind, which show a press and not yet their week; whether it is busy with presses, or nobody is
  // there; show(answer), and away() where nobody is signed in any more.
  constructor(site, page) {
    this.site = site;
    this.page = page;
    this.asked = 0;
    this.timer = 0;
  }

  async ask() {
    if (Date.now() - this.asked < AT_MOST_EVERY || this.page.busy() || this.page.resting()) return;
    this.asked = Date.now();
    await this.of(this.page.rows());
  }

  soon() {
    clearTimeout(this.timer);
    if (this.page.behind.size) this.timer = setTimeout(() => this.page.busy() || this.of([...this.page.behind]), AFTER_A_PRESS);
  }

  async of(rows) {
    const seen = rows.map((row) => `${row.id.replace("client-", "")}:${row.dataset.is}`).join(",");
    try {
      const told = await this.site.news(seen);
      if (told.away) this.page.away();
      if (told.rows && !this.page.busy()) this.page.show(told.rows);
    } catch {
      // No connection: the next time will do.
    }
  }
}
