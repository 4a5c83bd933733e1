// Notes beside a lesson: saved two seconds after the last key, and at once on leaving the field.
import { postUntilAnswered } from "./saving.js";

const PAUSE_MS = 2000;

export function bindNote(reader) {
  const form = reader.querySelector("form[data-note]");
  if (!form) return;
  const area = form.querySelector("textarea");
  const status = form.querySelector("[data-note-status]");
  const texts = reader.dataset;
  let stored = area.value;
  let timer = null;
  let busy = false;
  form.querySelector("[data-note-button]").hidden = true;

  async function save() {
    clearTimeout(timer);
    if (busy || area.value === stored) return;
    busy = true;
    const text = area.value;
    status.textContent = texts.textSaving;
    const { status: code, body } = await postUntilAnswered(form.action, { text }, {
      token: texts.csrf,
      onTrouble(kind) {
        status.textContent = kind === "signed-out" ? texts.textSignedOut : texts.textRetrying;
        status.classList.add("th-save-line-trouble");
      },
    });
    busy = false;
    status.classList.toggle("th-save-line-trouble", code !== 200);
    status.textContent = code === 200 ? `${texts.textSaved} ${body.saved}` : body?.error?.message ?? String(code);
    if (code === 200) stored = text;
    if (code === 200 && area.value !== stored) save();
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  });
  area.addEventListener("blur", save);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || area.value === stored) return;
    navigator.sendBeacon(form.action, new URLSearchParams({ text: area.value, csrf_token: texts.csrf }));
  });
  window.addEventListener("beforeunload", (event) => {
    if (area.value !== stored && busy) event.preventDefault();
  });
}
