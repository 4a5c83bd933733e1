// Showing the time that is left. It can be hidden; it is announced at a few thresholds only.
import { asDigits } from "./exam-clock.js";

const STORE = "exam-timer";
const MARKS_S = [600, 300, 60, 30];

function remembered() {
  try {
    return localStorage.getItem(STORE) === "hidden";
  } catch {
    return false;
  }
}

export function bindTimer(root, clock, say) {
  const face = root.querySelector("[data-clock]");
  const button = root.querySelector("[data-timer-toggle]");
  const timer = root.querySelector("[data-timer]");
  const half = Number(root.dataset.whole) / 2;
  const passed = new Set();
  const marks = [...MARKS_S.map((seconds) => [seconds * 1000, `text-${seconds}`])];
  if (half > MARKS_S[0] * 1000) marks.push([half, "textHalf"]);

  root.querySelector("[data-clock-fixed]").hidden = true;
  face.hidden = false;
  button.hidden = false;

  function showFace(hide) {
    face.classList.toggle("th-exam-clock-hidden", hide);
    button.setAttribute("aria-pressed", String(hide));
  }
  showFace(remembered());
  button.addEventListener("click", () => {
    const hide = button.getAttribute("aria-pressed") !== "true";
    showFace(hide);
    try {
      localStorage.setItem(STORE, hide ? "hidden" : "shown");
    } catch {
      // without storage the choice holds for this page
    }
  });

  function announce(left) {
    for (const [mark, name] of marks) {
      if (left > mark) passed.delete(mark);
      else if (!passed.has(mark)) {
        passed.add(mark);
        if (mark - left < 2000 && left > 0) say(root.dataset[name]);
      }
    }
  }
  function show() {
    const left = clock.left();
    const text = asDigits(left);
    if (face.textContent !== text) face.textContent = text;
    timer.classList.toggle("th-exam-timer-near", left <= 300000);
    timer.classList.toggle("th-exam-timer-last", left <= 60000);
    announce(left);
  }
  show();
  setInterval(show, 250);

  // Seen by whoever has hidden the clock or does not look up, until they have read it.
  const more = root.querySelector("[data-more-time]");
  let minutes = 0;
  clock.onMore((ms) => {
    minutes = (more.hidden ? 0 : minutes) + Math.max(1, Math.round(ms / 60000));
    more.querySelector("[data-more-time-words]").textContent = more.dataset.text.replace("{minutes}", minutes);
    more.hidden = false;
  });
}
