// Answering in place. Each question is sent on its own; the server sends back the question as
// answered and the parts of the page that have changed.
import { postUntilAnswered } from "./saving.js";
import { bindOrdering } from "./ordering.js";

function fieldsOf(form, item) {
  const fields = new URLSearchParams({ only: item.dataset.item });
  for (const [name, value] of new FormData(form)) {
    if (name === item.dataset.item || name.startsWith(`${item.dataset.item}-`)) fields.append(name, value);
  }
  return fields;
}

function replaceItem(old, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const fresh = holder.content.firstElementChild;
  old.replaceWith(fresh);
  bindItem(fresh);
  fresh.focus({ preventScroll: true });
  return fresh;
}

function showChanges(reader, body) {
  for (const place of reader.querySelectorAll("[data-mark]")) {
    place.innerHTML = body.checkpoints[place.dataset.mark] ?? place.innerHTML;
  }
  reader.querySelector("[data-lessons]").innerHTML = body.lessons;
  reader.querySelector("[data-ending]").innerHTML = body.ending;
  const texts = reader.dataset;
  const told = [body.right ? texts.textRight : texts.textWrong, `${texts.textSaved} ${body.saved}`];
  if (body.completed) told.push(texts.textDone);
  reader.querySelector("[data-announce]").textContent = told.join(" ");
}

async function send(form, item, button) {
  const reader = form.closest("[data-reader]");
  const status = item.querySelector("[data-item-status]");
  const error = item.querySelector("[data-item-error]");
  const texts = reader.dataset;
  error.hidden = true;
  button.disabled = true;
  status.textContent = texts.textSaving;
  const { status: code, body } = await postUntilAnswered(form.action, fieldsOf(form, item), {
    token: texts.csrf,
    onTrouble(kind) {
      status.textContent = kind === "signed-out" ? texts.textSignedOut : texts.textRetrying;
      status.classList.add("th-save-line-trouble");
    },
  });
  button.disabled = false;
  status.classList.remove("th-save-line-trouble");
  status.textContent = "";
  if (code === 200) {
    replaceItem(item, body.item);
    showChanges(reader, body);
    return;
  }
  const found = body?.error;
  error.textContent = found?.errors?.map((one) => one.message).join(" ") || found?.message || code;
  error.hidden = false;
}

async function tryAgain(event) {
  const link = event.currentTarget;
  event.preventDefault();
  const item = link.closest("[data-item]");
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    window.location.assign(link.href);
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = replaceItem(item, page.getElementById(item.id).outerHTML);
  fresh.querySelector("input:not([type=hidden]), select, button")?.focus();
}

function bindItem(item) {
  item.querySelector("[data-again]")?.addEventListener("click", tryAgain);
  for (const list of item.querySelectorAll("[data-ordering]")) bindOrdering(list);
}

export function bindCheckpoints(root) {
  for (const form of root.querySelectorAll("form[data-checkpoint]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter ?? form.querySelector("button[name=only]");
      const active = document.activeElement?.closest("[data-item]");
      const item = event.submitter?.closest("[data-item]") ?? active;
      if (item) send(form, item, button);
    });
    form.addEventListener("keydown", (event) => {
      // Enter in a text field checks that question, not the first of the form.
      if (event.key !== "Enter" || !event.target.matches("input")) return;
      event.preventDefault();
      event.target.closest("[data-item]")?.querySelector("button[name=only]")?.click();
    });
    for (const item of form.querySelectorAll("[data-item]")) bindItem(item);
  }
}
