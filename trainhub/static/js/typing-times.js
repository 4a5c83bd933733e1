// The time that is left and the speed so far. Both can be hidden; a few marks are spoken.
import { asDigits } from "./exam-clock.js";

const MARKS_S = [60, 30, 10];
const SPEED_AFTER_MS = 3000; // before that the speed says nothing

export function bindTimes(root, { clock, run, figures, say, onOver }) {
  const { dataset } = root;
  const allowed = Number(dataset.allowed) * 1000;
  const startWithin = Number(dataset.startWithin) * 1000;
  const face = root.querySelector("[data-clock]");
  const speed = root.querySelector("[data-live-speed]");
  const accuracy = root.querySelector("[data-live-accuracy]");
  const passed = new Set();
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 0 });
  const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent", maximumFractionDigits: 0 });
  let timer = 0;

  // A run lasts from its first key; one that has not begun is over when it may not begin any more.
  const wall = () => (run.first === null ? Infinity : run.first + allowed);

  function write(place, text) {
    if (place && place.textContent !== text) place.textContent = text;
  }

  function announce(left) {
    for (const mark of MARKS_S) {
      if (left > mark * 1000) passed.delete(mark);
      else if (!passed.has(mark)) {
        passed.add(mark);
        if (mark * 1000 - left < 1500 && left > 0) say(dataset[`text${mark}`]);
      }
    }
  }

  function show() {
    const now = clock.now();
    if (run.state !== "open") return;
    if (run.first === null) {
      write(face, asDigits(allowed));
      if (now > startWithin) tooLate();
      return;
    }
    const left = wall() - now;
    write(face, asDigits(dataset.mode === "whole" ? now - run.first : Math.max(0, left)));
    if (dataset.mode === "timed") {
      announce(left);
      root.toggleAttribute("data-near", left <= 10000);
    }
    if (now - run.first > SPEED_AFTER_MS) {
      const found = figures();
      write(speed, number.format(found.net));
      write(accuracy, share.format(found.accuracy));
    }
    if (left <= 0) onOver();
  }

  function tooLate() {
    run.state = "late";
    clearInterval(timer);
    root.querySelector("[data-field]").readOnly = true;
    root.querySelector("[data-late]").hidden = false;
    say(dataset.textLate);
  }

  return {
    wall,
    start() {
      show();
      timer = setInterval(show, 200);
    },
  };
}
