// Asks before a test is finished early, since that uses up an attempt.
import { asDigits } from "./exam-clock.js";

export function bindQuestion(root, { clock, run, times, field, finish }) {
  const dialog = root.querySelector("[data-question]");
  const texts = dialog.dataset;

  // What speaks against finishing now; nothing where the end is reached or no attempt is used.
  function doubt() {
    if (root.dataset.counted !== "yes" || run.first === null || root.hasAttribute("data-at-end")) return "";
    const least = Number(root.dataset.least) * 1000;
    const typed = clock.now() - run.first;
    if (typed < least) {
      const seconds = String(Math.floor(typed / 1000));
      return texts.textShort.replace("{typed}", seconds).replace("{needed}", asDigits(least));
    }
    if (root.dataset.mode === "whole") return texts.textMissing;
    return texts.textLeft.replace("{left}", asDigits(Math.max(0, times.wall() - clock.now())));
  }

  // An open composition loses the focus to the dialog: what becomes of it waits for the answer.
  function ask() {
    if (run.state !== "open" || dialog.open) return;
    const words = doubt();
    if (!words) {
      finish();
      return;
    }
    dialog.querySelector("[data-question-words]").textContent = words;
    field.hold();
    dialog.showModal();
  }

  dialog.querySelector("[data-go-on]").addEventListener("click", () => dialog.close());
  dialog.querySelector("[data-finish-now]").addEventListener("click", () => {
    finish();
    dialog.close();
  });
  dialog.addEventListener("close", () => field.release());

  return { ask, close: () => dialog.close() };
}
