// After an act in place the focus goes on to the next client, a form that is cancelled closes where it stands, and what
// failed is said where it was tried. Without this the page works all the same, and is loaded anew more often.
document.addEventListener("acted", (event) => {
  const { client, gone } = event.detail;
  const here = document.getElementById(`client-${client}`);
  if (!here || !gone) return;
  const after = [...document.querySelectorAll(".person-row")].find(
    (row) => here.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING
  );
  const next = after ? after.querySelector(".person-name a") : here.querySelector("button, a");
  if (next) next.focus();
});

const failed = (event) => {
  const template = document.getElementById("act-failed");
  const form = event.detail.elt.closest("form, li");
  if (!template || !form) return;
  form.querySelectorAll(":scope > [data-failed]").forEach((old) => old.remove());
  const notice = template.content.firstElementChild.cloneNode(true);
  form.prepend(notice);
  notice.focus();
};
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:timeout", failed);

// The button that opened a form has the focus again once it is closed.
const openers = new WeakMap();
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, target } = event.detail;
  if (elt.matches("a") && target.matches(".person-act")) openers.set(target, elt);
});
document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-cancel]") && event.target.closest(".person-act");
  if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  place.replaceChildren();
  const opener = openers.get(place);
  if (opener && opener.isConnected) opener.focus();
});
