// The text as its readers get it, made by the server half a second after the last key. The
// answers of an older text never replace those of a newer one.
import { postJson } from "./posting.js";

const QUIET_MS = 500;

export function goToLine(source, line) {
  const lines = source.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  source.focus();
  source.setSelectionRange(start, start);
  source.blur();
  source.focus(); // a focused field scrolls to its caret
  source.setSelectionRange(start, start + (lines[line - 1] || "").length);
}

export function bindPreview(form, source) {
  const page = form.querySelector("[data-preview]");
  const findings = document.querySelector("[data-findings]");
  const readers = form.querySelector("[data-readers]");
  let reader = "learner";
  let timer = 0;
  let asked = 0;
  let shown = 0;

  async function update() {
    asked += 1;
    const number = asked;
    const body = { source: source.value, trainer: reader === "trainer" };
    const answer = await postJson(form, form.dataset.previewUrl, body);
    if (answer.status !== 200 || number < shown) return;
    shown = number;
    const top = page.scrollTop;
    page.innerHTML = answer.body.html; // made and sanitised by the server
    page.scrollTop = top;
    findings.innerHTML = answer.body.findings;
  }

  source.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(update, QUIET_MS);
  });
  readers.hidden = false;
  readers.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-reader]");
    if (!button) return;
    reader = button.dataset.reader;
    for (const each of readers.querySelectorAll("button")) {
      each.setAttribute("aria-pressed", String(each === button));
    }
    update();
  });
}
