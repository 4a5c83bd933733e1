// The draft saves itself two seconds after the last key. What could not be saved is tried again,
// and the window asks before it closes on unsaved text. The time shown is the one answered, by the
// same clock as the page itself.
import { postJson } from "./posting.js";

const QUIET_MS = 2000;
const RETRY_MS = [2000, 5000, 10000, 30000];

export function bindAutosave(form, source) {
  const status = form.querySelector("[data-status]");
  const seen = source.seen ?? form.elements.seen;
  const words = form.dataset;
  let saved = source.value;
  let timer = 0;
  let tries = 0;
  let sending = false;
  let halted = false;
  let waiting = null; // the button pressed while a save was under way

  const say = (text, wrong = false) => {
    status.textContent = text;
    status.dataset.state = wrong ? "wrong" : "";
  };
  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };
  const retry = (text) => {
    say(text, true);
    later(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)]);
    tries += 1;
  };

  async function save() {
    clearTimeout(timer);
    if (sending || halted || source.value === saved) return;
    const text = source.value;
    sending = true;
    say(words.textSaving);
    const answer = await postJson(form, words.saveUrl, { source: text, seen: seen.value });
    sending = false;
    if (answer.status === 200) {
      seen.value = answer.body.seen;
      saved = text;
      tries = 0;
      say(words.textSaved.replace("{time}", answer.body.saved));
      if (source.value !== saved) later(QUIET_MS);
    } else if (answer.status === 409) {
      halted = true; // the form's own button leads to both texts
      say(words.textMoved.replace("{name}", answer.body.error.name || "–"), true);
    } else if (answer.status === 422 || answer.status === 413) {
      say(answer.body?.error?.message || words.textRetrying, true);
    } else {
      retry(answer.status === 401 ? words.textSignedOut : words.textRetrying);
    }
    if (waiting) form.requestSubmit(waiting);
  }

  source.addEventListener("input", () => {
    if (halted) return;
    if (!sending) say(words.textChanged);
    later(QUIET_MS);
  });
  form.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      save();
    }
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (sending) { // its answer brings the token that this submit must name
      event.preventDefault();
      waiting = event.submitter;
      return;
    }
    saved = source.value;
  });
  window.addEventListener("online", save);
  window.addEventListener("beforeunload", (event) => {
    if (source.value !== saved) event.preventDefault();
  });
}
