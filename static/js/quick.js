// The quick log, and the single keys of the pages. Nothing is kept in the browser: a page left is forgotten. It waits for
// htmx, which begins with the page as well: before that the button leads to a page of its own.
document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("quick");
  const keysOn = document.body.dataset.keys === "on";
  const FIELDS = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
  const alone = (event) =>
    !event.defaultPrevented && !event.isComposing && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey;
  const typing = (event) => event.target instanceof Element && event.target.closest(FIELDS) !== null;
  const inSight = (element) => element.getClientRects().length > 0;

  // One key on the page does what the button that shows it does.
  document.addEventListener("keydown", (event) => {
    if (!keysOn || !alone(event) || typing(event) || document.querySelector("dialog[open]")) return;
    if (event.key === "/" && dialog) {
      event.preventDefault();
      open();
      return;
    }
    if (event.shiftKey || !/^[a-z]$/.test(event.key)) return;
    const button = [...document.querySelectorAll(`main [data-key="${event.key}"]`)].find(inSight);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  if (!dialog) return;

  const part = (name) => document.getElementById(`quick-${name}`);
  const field = part("q");
  const [find, client, list, told] = ["find", "client", "found", "told"].map(part);
  let listed = null; // The text that the list answers.
  let hurried = false; // Enter was pressed before the answer came.
  let settled = null; // The answer that was dealt with last.
  let logged = false; // The page behind shows less than is known by now.

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");
  const choose = (option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  };
  const ask = () => window.htmx.trigger(field, "quick-open");
  const look = () => {
    client.replaceChildren();
    client.hidden = true;
    find.hidden = false;
    field.value = "";
    hurried = false;
    listed = null;
    field.focus();
    ask();
  };
  function open() {
    told.replaceChildren();
    logged = false;
    dialog.showModal();
    look();
  }

  part("open")?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });
  part("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    if (event.target.closest("#quick-back")) look();
  });
  // Of a list without a default a browser shows the first.
  const shownAtFirst = (list) => [...list.options].findLast((option) => option.defaultSelected) ?? list.options[0];
  const untouched = (one) =>
    one.type === "hidden" ||
    (one instanceof HTMLSelectElement
      ? one.selectedOptions[0] === shownAtFirst(one)
      : ["checkbox", "radio"].includes(one.type)
        ? one.checked === one.defaultChecked
        : one.value === one.defaultValue);
  dialog.addEventListener("close", () => {
    // What somebody is typing on the page behind is worth more than fresh lists.
    if (logged && [...document.querySelectorAll("main :is(input, select, textarea)")].every(untouched)) {
      window.location.reload();
    }
  });

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !field.value) {
      const undo = told.querySelector(".notice-acts button");
      if (undo) event.preventDefault();
      undo?.click();
      return;
    }
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (listed === field.value) chosen()?.click();
      else {
        hurried = true;
        ask();
      }
    }
  });
  dialog.addEventListener("keydown", (event) => {
    if (!keysOn || !alone(event) || event.shiftKey || typing(event) || client.hidden) return;
    const button = client.querySelector(`[data-quick-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  dialog.addEventListener("htmx:beforeSwap", (event) => {
    // Whoever has been signed out meanwhile is sent a whole page: to sign in.
    if (!/^\s*<!doctype/i.test(event.detail.xhr.responseText)) return;
    event.detail.shouldSwap = false;
    window.location.assign(field.form.action);
  });
  for (const fault of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    dialog.addEventListener(fault, () => {
      hurried = false;
      told.textContent = "No answer came, so it is not known whether that was saved. Find them again to see, or try once more.";
    });
  }
  dialog.addEventListener("htmx:afterSettle", (event) => {
    const { target, xhr } = event.detail;
    if (xhr === settled) return; // It comes once for each element that was put in place.
    settled = xhr;
    if (target === list) {
      // Of the answer itself: another may have been asked for while this one was put in its place.
      listed = new URL(xhr.responseURL).searchParams.get("q");
      field.setAttribute("aria-expanded", String(options().length > 0));
      choose(options()[0]);
      // The answer to fewer letters may come first: whoever pressed Enter goes on waiting for their own.
      if (hurried && listed === field.value) {
        hurried = false;
        chosen()?.click();
      }
    } else if (target === told) {
      logged = true;
      look();
    } else if (client.contains(target)) {
      find.hidden = true;
      client.hidden = false;
      (client.querySelector("form.act-form :is(textarea, input:not([type=hidden]), select)") ?? part("who"))?.focus();
    }
  });
});
