// Putting steps in order with buttons; the selects below stay in step, so that the form sends
// the same with and without this.
function renumber(list) {
  const steps = [...list.children];
  steps.forEach((step, index) => {
    step.querySelector("select").value = String(index + 1);
    step.querySelector("[data-move='-1']").disabled = index === 0;
    step.querySelector("[data-move='1']").disabled = index === steps.length - 1;
  });
}

function move(list, step, way) {
  const other = way < 0 ? step.previousElementSibling : step.nextElementSibling;
  if (!other) return;
  if (way < 0) other.before(step);
  else other.after(step);
  renumber(list);
  const same = step.querySelector(`[data-move='${way}']`);
  (same.disabled ? step.querySelector(`[data-move='${-way}']`) : same).focus();
  list.dispatchEvent(new Event("change", { bubbles: true }));
}

export function bindOrdering(list) {
  list.classList.add("th-ordering-live");
  for (const moves of list.querySelectorAll("[data-moves]")) moves.hidden = false;
  for (const button of list.querySelectorAll("[data-move]")) {
    button.addEventListener("click", () => move(list, button.closest("li"), Number(button.dataset.move)));
  }
  renumber(list);
  list.addEventListener("renumber", () => renumber(list)); // put in order from elsewhere
}
