// One box that chooses every row of a table, shown only where this script runs.
for (const all of document.querySelectorAll("[data-choose-all]")) {
  const boxes = [...document.querySelectorAll(`input[type="checkbox"][form="${all.form.id}"]`)];
  const tell = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  all.hidden = false;
  all.form.querySelector("[data-choose-label]").hidden = false;
  all.addEventListener("change", () => {
    boxes.forEach((box) => { box.checked = all.checked; });
    tell();
  });
  boxes.forEach((box) => box.addEventListener("change", tell));
  tell();
}
