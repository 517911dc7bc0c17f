// Which meeting: the small window in which one types or taps it. Enter takes what is marked, Escape leaves.
class MeetingPick {
  // meetings(client, day, text): resolves to the answer's HTML, or null without a connection.
  // taken({ client, day, number, name }): somebody chose. left(client, day): nobody did.
  constructor({ meetings, taken, left }) {
    this.meetings = meetings;
    this.taken = taken;
    this.left = left;
    this.dialog = document.getElementById("register-pick");
    this.title = document.getElementById("register-pick-title");
    this.day = document.getElementById("register-pick-day");
    this.text = document.getElementById("register-pick-text");
    this.list = document.getElementById("register-pick-list");
    this.asked = 0;
    this.impatient = false;
    this.chosen = false;
    this.text.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), 150);
    });
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.day.addEventListener("change", () => this.ask());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
    document.getElementById("register-pick-form").addEventListener("submit", (event) => event.preventDefault());
    document.getElementById("register-pick-leave").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.chosen || this.left(this.client, this.day.value));
  }

  // days: of the row, each as { value, label }; near: the cell it is about.
  open({ client, name, days, day, text, near }) {
    this.client = client;
    this.chosen = this.impatient = false;
    this.title.textContent = `${name}: which meeting?`;
    this.day.replaceChildren(...days.map(({ value, label }) => new Option(label, value, false, value === day)));
    this.list.replaceChildren();
    this.shown = null;
    this.text.value = text;
    this.dialog.showModal();
    this.place(near);
    this.text.focus();
    this.ask();
  }

  // Beside its cell where there is room; a narrow window has its own place for it.
  place(near) {
    const { style } = this.dialog;
    style.left = style.top = style.margin = "";
    if (window.matchMedia("(max-width: 45rem)").matches) return;
    const cell = near.getBoundingClientRect();
    const box = this.dialog.getBoundingClientRect();
    const below = Math.min(cell.bottom + 4, window.innerHeight - box.height - 8);
    style.margin = "0";
    style.left = `${Math.max(8, Math.min(cell.left, window.innerWidth - box.width - 8))}px`;
    style.top = `${Math.max(8, below)}px`;
  }

  async ask() {
    clearTimeout(this.timer);
    const mine = (this.asked += 1);
    const asked = this.wanted();
    const found = await this.meetings(this.client, this.day.value, this.text.value);
    if (mine !== this.asked || !this.dialog.open) return;
    if (found === null) {
      const note = document.createElement("li");
      note.textContent = "There is no connection, so no meeting can be looked up: try again in a moment.";
      this.list.replaceChildren(note);
      this.impatient = false;
      return;
    }
    this.list.innerHTML = found;
    this.shown = asked;
    const options = this.options();
    // That nothing like it is held that day is not what somebody meant who typed a name.
    if (options.length > 1 || !this.text.value) this.mark(options[0]);
    else this.text.removeAttribute("aria-activedescendant");
    // The answer to fewer letters may come first: whoever pressed Enter goes on waiting for their own.
    if (this.pending()) return;
    if (this.impatient) this.take(this.marked());
    this.impatient = false;
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  marked() {
    return this.list.querySelector('[aria-selected="true"]');
  }

  mark(option) {
    for (const one of this.options()) one.setAttribute("aria-selected", String(one === option));
    if (!option) return;
    this.text.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const options = this.options();
    const at = options.indexOf(this.marked());
    if (event.key === "ArrowDown") this.mark(options[Math.min(at + 1, options.length - 1)]);
    else if (event.key === "ArrowUp") this.mark(options[Math.max(at - 1, 0)]);
    else if (event.key === "Enter") {
      // Faster than the answer: what it marks first is what is meant.
      if (this.pending()) {
        this.impatient = true;
        this.ask();
      } else this.take(this.marked());
    } else return;
    event.preventDefault();
  }

  // Whether the list is of other letters than those that stand there.
  pending() {
    return this.shown !== this.wanted();
  }

  wanted() {
    return `${this.client} ${this.day.value} ${this.text.value}`;
  }

  take(option) {
    if (!option) return;
    this.chosen = true;
    const { meeting, name } = option.dataset;
    this.dialog.close();
    this.taken({ client: this.client, day: this.day.value, number: meeting, name });
  }
}
