// The form of a question: rows are added in place, the preview follows the typing. Without
// scripts the same buttons send the form and come back with the same.
const QUIET_MS = 600;
const form = document.getElementById("question-form");
const pane = document.querySelector("[data-question-preview]");
let timer = 0;
let asked = 0;

async function preview(act) {
  asked += 1;
  const number = asked;
  const data = new FormData(form);
  data.set("do", act);
  for (const field of pane.querySelectorAll("input, select, textarea")) {
    if (!["radio", "checkbox"].includes(field.type) || field.checked) {
      data.append(field.name, field.value);
    }
  }
  const answer = await fetch(form.action, {
    method: "POST", body: data, headers: { "X-Part": "preview" },
  }).catch(() => null);
  if (!answer?.ok || number !== asked) return;
  pane.innerHTML = await answer.text(); // made and sanitised by the server
}

// A new row is the last one again, emptied, with the next number in names and identifiers.
function addRow(rows) {
  const all = rows.querySelectorAll("[data-row]");
  const last = all[all.length - 1];
  const row = last.cloneNode(true);
  const next = (text) => text.replace(/-(\d+)-/, (_, place) => `-${Number(place) + 1}-`);
  for (const element of row.querySelectorAll("[id], [for], [name], [aria-describedby]")) {
    for (const name of ["id", "for", "name", "aria-describedby"]) {
      if (element.hasAttribute(name)) element.setAttribute(name, next(element.getAttribute(name)));
    }
  }
  for (const field of row.querySelectorAll("input, textarea")) {
    if (field.type === "checkbox") field.checked = false;
    else field.value = field.textContent = "";
  }
  for (const error of row.querySelectorAll(".th-error")) error.remove();
  row.querySelector(".th-item-number").textContent = String(all.length + 1);
  last.after(row);
  row.querySelector("input, textarea").focus();
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do]");
  if (button?.value === "row") {
    event.preventDefault();
    addRow(button.closest("[data-rows]"));
  } else if (button?.value === "preview") {
    event.preventDefault();
    preview("preview");
  }
});
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(preview, QUIET_MS, "preview");
});
form.addEventListener("change", (event) => {
  const only = event.target.closest("[data-exclusive]");
  if (!only || event.target.type !== "checkbox" || !event.target.checked) return;
  for (const box of only.querySelectorAll("input[type=checkbox]")) {
    if (box !== event.target) box.checked = false;
  }
});
pane.addEventListener("click", (event) => {
  if (event.target.closest("button[value=try]")) {
    event.preventDefault();
    clearTimeout(timer);
    preview("try");
  }
});
