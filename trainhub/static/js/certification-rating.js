// A rating saves itself as marks are chosen, and says how many are given so far.
import { bindAutosave } from "./autosave.js";

function marksOf(form) {
  const chosen = () => [...form.querySelectorAll("input[type=radio]:checked")]
    .filter((one) => one.value);
  return {
    seen: form.elements.revision,
    get value() {
      return JSON.stringify({
        points: Object.fromEntries(
          chosen().map((one) => [one.name.replace("points-", ""), Number(one.value)]),
        ),
        fatal: [...form.querySelectorAll("input[type=checkbox]:checked")]
          .map((one) => one.name.replace("fatal-", "")),
        comment: form.elements.comment.value,
      });
    },
    addEventListener(kind, listener) {
      form.addEventListener(kind, listener);
    },
    count: () => chosen().length,
    weight: () => chosen().reduce((sum, one) => sum + Number(one.dataset.weight), 0),
  };
}

const form = document.querySelector("form[data-rating]");
if (form) {
  const marks = marksOf(form);
  const place = form.querySelector("[data-count]");
  const share = form.querySelector("[data-covered]");
  bindAutosave(form, marks);
  marks.addEventListener("input", () => {
    place.textContent = form.dataset.textCount.replace("{count}", marks.count());
    const covered = Math.floor((1000 * marks.weight()) / (Number(form.dataset.whole) || 1)) / 10;
    share.textContent = form.dataset.textCovered.replace("{covered}", covered);
  });
}
