// Marking by keyboard: digits give points, the arrows change the criterion, Ctrl+Enter hands in.
// What is put down saves itself as a draft two seconds after the last change.
import { postJson } from "./posting.js";

const QUIET_MS = 2000;
const RETRY_MS = 8000;
const form = document.querySelector("[data-marking]");
const fields = [...form.querySelectorAll("[data-most]")];
const status = form.querySelector("[data-status]");
const words = form.dataset;
let timer = 0;
let saved = "";

const valid = (field) => {
  const value = Number(field.value);
  return /^\d+(\.[05]?)?$/.test(field.value) && value <= Number(field.dataset.most);
};

function showSum() {
  const output = form.querySelector("[data-sum]");
  const all = fields.every(valid);
  const failed = fields.some((field) => "fatal" in field.dataset && valid(field) && Number(field.value) === 0);
  const sum = fields.reduce((total, field) => total + Number(field.value), 0);
  output.textContent = failed ? output.dataset.textFailed : all ? String(sum) : output.dataset.textNone;
  for (const field of fields) field.toggleAttribute("aria-invalid", field.value !== "" && !valid(field));
}

function put(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const content = () => ({
  points: Object.fromEntries(fields.map((field) => [field.name.slice("points-".length), field.value])),
  comment: form.elements.comment.value,
});

async function save() {
  clearTimeout(timer);
  const body = content();
  const text = JSON.stringify(body);
  if (text === saved) return;
  status.textContent = words.textSaving;
  const answer = await postJson(form, words.draftUrl, body);
  if (answer.status === 200) {
    saved = text;
    status.textContent = words.textSaved.replace("{time}", answer.body.saved);
  } else if (answer.status === 409 || answer.status === 404) {
    status.textContent = words.textLost;
  } else {
    status.textContent = words.textRetrying;
    timer = setTimeout(save, RETRY_MS);
  }
}

function move(from, step) {
  const next = fields[fields.indexOf(from) + step];
  (next || (step > 0 ? form.elements.comment : from)).focus();
  next?.select();
}

form.addEventListener("input", () => {
  showSum();
  clearTimeout(timer);
  timer = setTimeout(save, QUIET_MS);
});
form.addEventListener("submit", () => clearTimeout(timer));
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-points]");
  if (!button) return;
  const field = button.closest("[data-criterion]").querySelector("[data-most]");
  put(field, button.value);
  field.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  const field = event.target;
  if (fields.includes(field)) {
    const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(field, step);
  } else if (/^\d$/.test(event.key) && !field.closest?.("input, textarea, select, button, summary, a")) {
    const first = fields.find((one) => one.value === "") || fields[0];
    event.preventDefault();
    first.focus();
    put(first, event.key);
  }
});

for (const button of form.querySelectorAll("[data-points]")) button.hidden = false;
form.querySelector("[data-keys]").hidden = false;
saved = JSON.stringify(content());
showSum();
