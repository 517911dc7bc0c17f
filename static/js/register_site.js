// What the Register asks of the site: presses, what colleagues recorded, meetings to choose from. Whoever has signed in
// anew in another tab is noticed, and the token that belongs to it taken over; nothing is kept in the browser.
const PATIENCE = 20000;

class RegisterSite {
  // form: the one of the page, with the token, and for whom it was made.
  constructor(form) {
    this.form = form;
    this.signedOut = ""; // or why nothing can be sent: "signed out", "somebody else"
  }

  ask(address, options = {}) {
    return fetch(address, { ...options, redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
  }

  // Resolves to { done } with what the row holds or a fault in words, or to { later } with why it has to wait, and with
  // unsent where nothing can have been written down.
  async send(client, press) {
    const fields = this.form.elements;
    const body = new URLSearchParams({ week: fields.week.value, by: fields.by.value, who: fields.who.value, ...press });
    if (!navigator.onLine) return { later: "offline", unsent: true };
    try {
      if (this.signedOut && !(await this.signedInAgain())) return { later: this.signedOut || "fault", unsent: true };
      let answer = await this.post(client, body);
      if (answer.status === 403) {
        // Signed in again in another tab, or out: the token of this page is of before.
        if (!(await this.signedInAgain())) return { later: this.signedOut || "fault", unsent: true };
        answer = await this.post(client, body);
      }
      if (answer.type === "opaqueredirect" || answer.status === 409) {
        this.signedOut = answer.status === 409 ? "somebody else" : "signed out";
        return { later: this.signedOut, unsent: true };
      }
      if (answer.status >= 500 || answer.status === 429) return { later: "fault" };
      if (answer.ok) return { done: { html: await answer.text() } };
      return { done: { fault: answer.status === 404 ? "the client is no longer here" : "your role does not let you record here any more" } };
    } catch {
      return { later: navigator.onLine ? "no answer" : "offline" };
    }
  }

  post(client, body) {
    const headers = { "HX-Request": "true", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value };
    return this.ask(`${location.pathname}${client}/`, { method: "POST", body, headers });
  }

  // Reads the page anew to see who is signed in by now; takes over the token that belongs to it.
  async signedInAgain() {
    const answer = await this.ask(location.href);
    if (answer.type === "opaqueredirect") this.signedOut = "signed out";
    // Whoever may not even see the page is told so by the answer to the press.
    if (!answer.ok) return answer.status === 403;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("presses");
    if (!page || page.dataset.user !== this.form.dataset.user) {
      this.signedOut = "somebody else";
      return false;
    }
    this.form.elements.csrfmiddlewaretoken.value = page.elements.csrfmiddlewaretoken.value;
    this.signedOut = "";
    return true;
  }

  // { rows } of which another version stands on the page than is written down, where any does; { away } where nobody is signed in.
  async news(seen) {
    const answer = await this.ask(`${this.form.dataset.news}?${new URLSearchParams({ week: this.form.elements.week.value, seen })}`);
    const away = answer.type === "opaqueredirect";
    if (away) this.signedOut = "signed out";
    return { away, rows: answer.status === 200 ? new DOMParser().parseFromString(await answer.text(), "text/html") : null };
  }

  // What may be meant by some letters, as options to choose from; null where nobody answers.
  async meetings(client, on, text) {
    try {
      const answer = await this.ask(`${location.pathname}${client}/meetings/?${new URLSearchParams({ on, q: text })}`);
      return answer.ok ? await answer.text() : null;
    } catch {
      return null;
    }
  }
}
