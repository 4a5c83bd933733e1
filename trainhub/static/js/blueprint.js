// The quotas of an exam: rows are added in place, and what the bank has follows the typing.
// Without scripts the same buttons send the form and come back with the same.
const QUIET_MS = 400;
const form = document.getElementById("blueprint-form");
const pane = document.querySelector("[data-counts]");
let timer = 0;
let asked = 0;

async function count() {
  asked += 1;
  const number = asked;
  const data = new FormData(form);
  data.set("do", "count");
  const answer = await fetch(form.action, {
    method: "POST", body: data, headers: { "X-Part": "counts" },
  }).catch(() => null);
  if (!answer?.ok || number !== asked) return;
  pane.innerHTML = await answer.text(); // made and escaped by the server
  form.querySelector(".th-error-summary")?.remove(); // what was wrong when the page was made
}

// A new row is the last one again, emptied, with the next number in names and identifiers.
function addRow(rows) {
  const all = rows.querySelectorAll("[data-row]");
  const last = all[all.length - 1];
  const row = last.cloneNode(true);
  const next = (text) => text.replace(/-(\d+)/, (_, place) => `-${Number(place) + 1}`);
  for (const element of row.querySelectorAll("[id], [for], [name]")) {
    for (const name of ["id", "for", "name"]) {
      if (element.hasAttribute(name)) element.setAttribute(name, next(element.getAttribute(name)));
    }
  }
  for (const field of row.querySelectorAll("input, select")) field.value = "";
  row.querySelector(".th-item-number").textContent = String(all.length + 1);
  last.after(row);
  row.querySelector("input").focus();
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=do]");
  if (button?.value === "row") {
    event.preventDefault();
    addRow(button.closest("[data-rows]"));
  } else if (button?.value === "count") {
    event.preventDefault();
    count();
  }
});
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(count, QUIET_MS);
});
