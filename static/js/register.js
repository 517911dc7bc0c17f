// The Register by keys and taps: cells one goes through with the arrows, presses that are saved as one goes, and what
// colleagues record shown without a reload. Without it every button is a form's own. Nothing is kept in the browser.
const form = document.getElementById("presses");
const table = document.getElementById("register");
const here = (id) => document.getElementById(`register-${id}`);
const bar = { all: here("bar"), said: here("said"), wrong: here("wrong"), waiting: here("waiting"), about: here("about"), undo: here("undo") };
const WEEK = 8; // the column of what the week came to; 1 to 7 are the days, 0 is the client
const LEAP = 10;
const NEWS_SECONDS = 20;
const LONG_AWAY = 30 * 60 * 1000;
const days = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.day);
const made = []; // presses that can be undone, the last one last
let lastTouched = Date.now();
const site = new RegisterSite(form);

// Where things stand

const rows = () => [...table.tBodies[0].rows];
const cellOf = (node) => node.closest?.("#register tbody :is(th, td)");
const rowOf = (cell) => cell.parentElement;
const clientOf = (cell) => rowOf(cell).id.replace("client-", "");
const nameOf = (cell) => rowOf(cell).cells[0].querySelector("a").textContent;
const cellAt = (client, column) => document.getElementById(`client-${client}`)?.cells[column];
const standing = (cell) => [...cell.querySelectorAll("[name=take_back]")];
const adding = (cell) => cell.querySelector("[name=went_on]");
const visible = (cell) => cell.offsetParent !== null;
const field = (name) => form.elements[name].value;
const dayText = (column) => new Date(`${days[column]}T12:00`).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });

function say(text, wrong = false) {
  bar.wrong.textContent = wrong ? text : "";
  bar.said.textContent = wrong ? "" : text;
}

// What a cell shows of a press in it, in words; some of it for a moment.
function mark(cell, state, words = "") {
  clearTimeout(cell.unmark);
  cell.dataset.mark = state;
  cell.dataset.says = words;
  if (state === "saved" || state === "news") cell.unmark = setTimeout(() => unmark(cell), 5000);
}

function unmark(cell) {
  delete cell.dataset.mark;
  delete cell.dataset.says;
}

// Going from cell to cell: one of them is in the order of Tab at a time

function stop(cell) {
  return cell.cellIndex === 0 ? cell.querySelector("a") : cell;
}

function enter(cell) {
  for (const one of table.querySelectorAll('tbody [tabindex="0"]')) one.tabIndex = -1;
  stop(cell).tabIndex = 0;
}

function go(cell) {
  if (!cell) return;
  enter(cell);
  stop(cell).focus();
}

function step(cell, down, right) {
  const all = rows();
  const row = all[Math.max(0, Math.min(all.length - 1, all.indexOf(rowOf(cell)) + down))];
  let column = cell.cellIndex + right;
  while (right && row.cells[column] && !visible(row.cells[column])) column += right;
  go(row.cells[column] ?? null);
}

function edge(cell, last, everywhere) {
  const row = everywhere ? rows().at(last ? -1 : 0) : rowOf(cell);
  go([...row.cells].filter(visible).at(last ? -1 : 0));
}

function tell(cell) {
  const told = [...cell.querySelectorAll("[title]")].map((one) => one.title);
  const add = adding(cell);
  if (cell.cellIndex === 0) bar.about.textContent = "";
  else if (cell.dataset.mark === "refused" || cell.dataset.mark === "waiting") bar.about.textContent = cell.dataset.says;
  else if (cell.querySelector("[name=put_back]") && !standing(cell).length) bar.about.textContent = `${told.join(" ")} Ctrl+Z or Undo puts it back.`;
  else if (told.length) bar.about.textContent = `${told.join(" ")} Delete takes it back.`;
  else if (cell.querySelector("[name=did_not_go]")) bar.about.textContent = "Nothing recorded. Enter or 0: did not go.";
  else if (add) bar.about.textContent = add.textContent ? `Enter records ${add.textContent}. Letters choose another.` : "Enter records that they went. Letters choose the meeting.";
  else bar.about.textContent = cell.cellIndex === WEEK ? "" : "Nothing can be recorded on this day.";
}

// Presses

function press(cell, { name, value, words, undoing = false }) {
  const one = { client: clientOf(cell), column: cell.cellIndex, name, value, words, undoing };
  one.who = nameOf(cell);
  one.settle = (answer) => settled(one, answer);
  if (!undoing) made.push(one);
  queue.add(one);
}

function record(cell, number, words) {
  press(cell, { name: "went_on", value: (now) => `${days[cell.cellIndex]} ${number} ${lastSeen(now)}`, words: words || "Went" });
}

// The last entry that stands in a cell: what a colleague adds after it has not been seen.
function lastSeen(cell) {
  return Math.max(0, ...[...cell.querySelectorAll("[name=take_back], [name=put_back]")].map((one) => Number(one.value)));
}

function pendingIn(cell) {
  return queue.presses.filter((one) => one.client === clientOf(cell) && one.column === cell.cellIndex).at(-1);
}

function pressIn(cell) {
  const waiting = pendingIn(cell);
  if (waiting) return say(`${nameOf(cell)}: this is just being saved.`);
  if (cell.cellIndex === WEEK) return noMeeting(cell);
  const [held] = standing(cell);
  if (held) return say(`${nameOf(cell)}: ${held.textContent} is recorded already. Delete takes it back.`);
  const add = adding(cell);
  if (!add) return say(`${nameOf(cell)}: nothing can be recorded on this day.`, true);
  return record(cell, add.value.split(" ")[1] ?? 0, add.textContent);
}

function noMeeting(cell) {
  const week = rowOf(cell).cells[WEEK];
  if (pendingIn(week)) return say(`${nameOf(cell)}: this is just being saved.`);
  if (week.querySelector("[name=ask_again]")) return say(`${nameOf(cell)}: “did not go” is noted already. Delete in the last column takes it back.`);
  if (!week.querySelector("[name=did_not_go]")) return say(`${nameOf(cell)}: meetings are recorded for this week.`, true);
  return press(week, { name: "did_not_go", value: () => "1", words: "Did not go" });
}

function takeBack(cell) {
  const waiting = pendingIn(cell);
  if (waiting) return takeBackPending(waiting);
  const last = [...cell.querySelectorAll("[name=take_back], [name=ask_again]")].at(-1);
  if (!last) return say(`${nameOf(cell)}: there is nothing to take back here.`);
  return press(cell, { name: last.name, value: () => last.value, words: "Taken back" });
}

// It is not to be undone any more; one that undoes another never was.
function forget(one) {
  const at = made.indexOf(one);
  if (at >= 0) made.splice(at, 1);
}

function takeBackPending(one) {
  if (queue.drop(one)) {
    forget(one);
    unmark(cellAt(one.client, one.column));
    say(`${one.who}: left out, it had not been sent.`);
  } else one.undoWhenDone = true;
  buttons();
}

function undo() {
  const one = made.pop();
  if (!one) return say("There is nothing to undo.");
  if (one.state === "waiting") {
    made.push(one);
    return takeBackPending(one);
  }
  if (one.state === "sending") one.undoWhenDone = true;
  else if (one.undo) undoDone(one);
  else return undo();
  return buttons();
}

function undoDone(one) {
  const [name, value] = one.undo.split("=");
  const cell = cellAt(one.client, one.column);
  press(cell, { name, value: () => value, words: "Undone", undoing: true });
  go(cell);
}

function settled(one, { html, fault }) {
  const cell = cellAt(one.client, one.column);
  const answer = html ? new DOMParser().parseFromString(html, "text/html") : null;
  if (answer) show(answer);
  const said = answer?.querySelector("[data-tone]");
  const wrong = fault ? `${one.who}: not recorded, ${fault}.` : said?.dataset.tone === "error" ? said.textContent : "";
  one.undo = said?.dataset.undo;
  // What was recorded may have settled a need: the navigation counts again, once the presses are over.
  if (!wrong) document.body.dispatchEvent(new Event("needs-changed"));
  if (wrong) mark(cell, "refused", "Not recorded");
  else mark(cell, "saved", one.words === "Taken back" || one.words === "Undone" ? one.words : "Saved");
  say(wrong || said?.textContent || "", Boolean(wrong));
  if (one.undoWhenDone && one.undo) {
    forget(one);
    undoDone(one);
  }
  if (document.activeElement === stop(cell)) tell(cell);
}

// Rows that show a press of this page, and not yet what the week came to by it.
const behind = new Set();

// Shows what some rows hold by now, or of a press on an empty day the one cell; the rows that changed.
function show(answer) {
  const changed = [];
  for (const told of answer.querySelectorAll("tr")) {
    const row = document.getElementById(told.id);
    if (!row) continue;
    changed.push(row);
    const only = "only" in told.dataset;
    if (only) {
      behind.add(row);
      row.cells[WEEK].querySelector("[name=did_not_go]")?.remove();
    } else {
      behind.delete(row);
      row.dataset.is = told.dataset.is;
      row.className = told.className;
    }
    for (let column = 1; column <= WEEK; column += 1) {
      const cell = row.cells[column];
      const now = told.querySelector(`[data-on="${column}"]`);
      if (only && !now) continue;
      if (cell !== document.activeElement && cell.contains(document.activeElement)) go(cell);
      if (column === WEEK) cell.replaceChildren(...now.childNodes);
      else {
        for (const old of cell.querySelectorAll("[name=take_back], [name=put_back]")) old.remove();
        cell.prepend(...(now?.childNodes ?? []));
      }
      for (const button of cell.querySelectorAll("button")) button.tabIndex = -1;
    }
  }
  return changed;
}

const WHY = {
  offline: "There is no connection. They are sent as soon as it is back: keep this page open.",
  "no answer": "The site does not answer. They are sent as soon as it does: keep this page open.",
  fault: "Something went wrong at the site; it is tried again. Keep this page open.",
  "signed out": "You have been signed out. Sign in again in another tab, and they are sent from here.",
  "somebody else": "Somebody else has signed in since. Sign in as yourself in another tab, and they are sent from here.",
};
let waited = 0;

function buttons() {
  bar.undo.disabled = !made.some((one) => one.state !== "done" || one.undo);
}

const send = (one) => {
  const press = { [one.name]: one.value(cellAt(one.client, one.column)) };
  return site.send(one.client, one.undoing ? { ...press, undone: "1" } : press);
};

const queue = new PressQueue(send, () => {
  for (const [nth, one] of queue.presses.entries()) {
    const cell = cellAt(one.client, one.column);
    if (queue.why || nth) mark(cell, "waiting", `${one.words}: not saved yet`);
    else mark(cell, "sending", `${one.words}: saving`);
  }
  if (queue.size && queue.why) {
    waited = Math.max(waited, queue.size);
    const text = `Not saved yet: ${queue.size}. ${WHY[queue.why]}`;
    if (bar.waiting.textContent !== text) bar.waiting.textContent = text;
  } else if (!queue.size && waited) {
    bar.waiting.textContent = "Everything is saved now.";
    waited = 0;
    setTimeout(() => {
      if (!queue.size) bar.waiting.textContent = "";
    }, 8000);
  } else if (!queue.size && bar.waiting.textContent.startsWith("Not saved")) bar.waiting.textContent = "";
  buttons();
  news.soon();
});

window.addEventListener("beforeunload", (event) => {
  if (queue.size) event.preventDefault();
});

// What colleagues recorded meanwhile

const news = new RegisterNews(site, {
  rows,
  behind,
  busy: () => queue.size > 0,
  resting: () => document.hidden || Date.now() - lastTouched > LONG_AWAY,
  away: () => (bar.waiting.textContent = "You have been signed out. Sign in again in another tab before you go on."),
  show(answer) {
    const before = new Set([...table.querySelectorAll("[name=take_back]")].map((one) => one.value));
    const own = new Set(behind);
    const changed = show(answer);
    const fresh = changed.flatMap((row) => [...row.querySelectorAll("[name=take_back]")]).filter((one) => !before.has(one.value));
    for (const one of fresh) mark(one.parentElement, "news", "New");
    const others = changed.filter((row) => !own.has(row)).map((row) => nameOf(row.cells[0]));
    if (fresh.length) say(fresh.map((one) => `${nameOf(one.parentElement)}: ${one.title}`).join(" "));
    else if (others.length) say(`Changed by somebody else: ${others.join(", ")}.`);
  },
});

function look() {
  lastTouched = Date.now();
  queue.wake();
  news.ask();
}

window.addEventListener("online", look);
window.addEventListener("focus", look);
window.addEventListener("pageshow", (event) => event.persisted && look());
document.addEventListener("visibilitychange", () => document.hidden || look());
setInterval(() => news.ask(), NEWS_SECONDS * 1000);

// Which meeting

const pick = new MeetingPick({
  meetings: (client, on, text) => site.meetings(client, on, text),
  taken({ client, day, number, name }) {
    const cell = cellAt(client, days.indexOf(day));
    go(cell);
    record(cell, number, name);
  },
  left: (client, day) => go(cellAt(client, days.indexOf(day))),
});

function choose(cell, text = "") {
  const row = rowOf(cell);
  const open = [...row.cells].filter((one) => adding(one)).map((one) => one.cellIndex);
  if (!open.length) return say(`${nameOf(cell)}: nothing can be recorded in this week.`, true);
  const shown = days.indexOf(field("day"));
  const column = open.includes(cell.cellIndex) ? cell.cellIndex : open.includes(shown) ? shown : open.at(-1);
  const offered = open.map((one) => ({ value: days[one], label: dayText(one) }));
  return pick.open({ client: clientOf(cell), name: nameOf(cell), days: offered, day: days[column], text, near: cell });
}

// Keys and taps

const KEYS = {
  ArrowUp: (cell) => step(cell, -1, 0),
  ArrowDown: (cell) => step(cell, 1, 0),
  ArrowLeft: (cell) => step(cell, 0, -1),
  ArrowRight: (cell) => step(cell, 0, 1),
  PageUp: (cell) => step(cell, -LEAP, 0),
  PageDown: (cell) => step(cell, LEAP, 0),
  Home: (cell, event) => edge(cell, false, event.ctrlKey),
  End: (cell, event) => edge(cell, true, event.ctrlKey),
  Delete: takeBack,
  Backspace: takeBack,
  "?": () => here("keys").showModal(),
  0: noMeeting,
};

function key(event) {
  const cell = cellOf(event.target);
  if (!cell || event.altKey || event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "z" && !event.shiftKey) undo();
  else if (command && !["Home", "End"].includes(event.key)) return;
  else if (KEYS[event.key]) KEYS[event.key](cell, event);
  else if (event.key === "Enter" || event.key === " ") {
    // The client's name is a link, and a button that somebody came to presses itself.
    if (event.target !== cell) return;
    pressIn(cell);
  } else if (/^[1-7]$/.test(event.key)) {
    const wanted = rowOf(cell).cells[event.key];
    if (!visible(wanted)) return;
    go(wanted);
    pressIn(wanted);
  } else if (/^\p{L}$/u.test(event.key)) choose(cell, event.key);
  else return;
  event.preventDefault();
}

function tap(event) {
  const button = event.target.closest("button");
  const cell = button && cellOf(button);
  if (!cell) return;
  event.preventDefault();
  if ("other" in button.dataset) return choose(cell);
  go(cell);
  if (button.name === "went_on") return standing(cell).length ? choose(cell) : pressIn(cell);
  if (button.name === "did_not_go") return noMeeting(cell);
  const words = { take_back: "Taken back", ask_again: "Taken back", put_back: "Put back" }[button.name];
  return pendingIn(cell) ? say(`${nameOf(cell)}: this is just being saved.`) : press(cell, { name: button.name, value: () => button.value, words });
}

// A narrow window shows one day; another is shown without leaving the page.
function showDay(event) {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  for (const one of document.querySelectorAll(".register-days a")) one.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  const day = new URL(link.href).searchParams.get("day");
  form.elements.day.value = day;
  table.className = table.className.replace(/shows-\d/, `shows-${days.indexOf(day)}`);
  history.replaceState(null, "", link.href);
  const current = table.querySelector('tbody [tabindex="0"]');
  if (current) enter(rowOf(cellOf(current)).cells[days.indexOf(day)]);
}

table.setAttribute("role", "grid");
for (const row of rows()) {
  const [client] = row.cells;
  const other = here("other").content.cloneNode(true).firstElementChild;
  other.setAttribute("aria-label", `${other.textContent}: ${nameOf(client)}`);
  client.querySelector("input").replaceWith(other);
  for (const cell of row.cells) cell.tabIndex = -1;
  client.removeAttribute("tabindex");
  for (const one of row.querySelectorAll("a, button")) one.tabIndex = -1;
}
enter(rows()[0].cells[days.indexOf(field("day"))]);
table.addEventListener("focusin", (event) => {
  const cell = cellOf(event.target);
  if (!cell) return;
  lastTouched = Date.now();
  enter(cell);
  tell(cell);
  for (const one of table.querySelectorAll("[aria-describedby]")) one.removeAttribute("aria-describedby");
  if (cell.cellIndex) cell.setAttribute("aria-describedby", "register-about");
});
table.addEventListener("keydown", key);
form.addEventListener("click", tap);
document.querySelector(".register-days").addEventListener("click", showDay);
bar.undo.addEventListener("click", undo);
here("help").addEventListener("click", () => here("keys").showModal());
bar.all.hidden = false;
