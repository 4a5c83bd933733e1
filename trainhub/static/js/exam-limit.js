// A question's own limit, where it has one: what is written is saved just before, then the paper
// goes on by itself.
import { asDigits } from "./exam-clock.js";

const FORCED_MS = 1500;

export function bindLimit(root, { collect, saver, turn }) {
  let wall = 0;
  let forced = false;
  let over = true;

  function restart() {
    const timer = root.querySelector("[data-question-timer]");
    over = !timer;
    forced = false;
    const began = wall ? performance.now() : performance.getEntriesByType("navigation")[0]?.responseStart;
    if (timer) wall = (began || performance.now()) + Number(timer.dataset.remaining);
  }

  setInterval(() => {
    if (over) return;
    const left = Math.max(0, wall - performance.now());
    const face = root.querySelector("[data-question-clock]");
    const text = asDigits(left);
    if (face && face.textContent !== text) face.textContent = text;
    if (left <= FORCED_MS && !forced) {
      forced = true;
      collect();
      saver.flush();
    }
    if (left <= 0) {
      over = true;
      turn(1);
    }
  }, 200);
  return { restart };
}
