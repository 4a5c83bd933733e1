// The passage with what was typed of it: one element a sign, so that each can be judged.
const MARKS = ["", "right", "wrong", "missed"];

export function createPassage(box, text) {
  const points = Array.from(text);
  const signs = points.map((point) => {
    const sign = document.createElement("span");
    sign.textContent = point === "\n" ? "↵\n" : point;
    if (point === "\n") sign.dataset.newline = "";
    return sign;
  });
  const end = document.createElement("span");
  end.dataset.end = "";
  box.replaceChildren(...signs, end);
  let shown = new Uint8Array(points.length);
  let extras = new Set();
  let current = null;
  let line = -1;

  function mark(steps) {
    const marks = new Uint8Array(points.length);
    const more = new Set();
    for (const { kind, at } of steps) {
      if (kind === "extra") more.add(at);
      else marks[at] = MARKS.indexOf(kind);
    }
    for (let no = 0; no < points.length; no += 1) {
      if (marks[no] !== shown[no]) signs[no].dataset.mark = MARKS[marks[no]];
    }
    for (const no of extras) if (!more.has(no)) delete (signs[no] ?? end).dataset.extra;
    for (const no of more) (signs[no] ?? end).dataset.extra = "";
    shown = marks;
    extras = more;
  }

  // The line in work stands second from the top, with the next ones in view.
  function follow(sign) {
    const height = parseFloat(getComputedStyle(box).lineHeight);
    const found = Math.floor((sign.offsetTop + 1) / height);
    if (found === line) return;
    line = found;
    const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    box.scrollTo({ top: Math.max(0, found - 1) * height, behavior: isCalm ? "instant" : "smooth" });
  }

  return {
    show(steps, place) {
      mark(steps);
      current?.removeAttribute("data-current");
      current = signs[place] ?? end;
      current.dataset.current = "";
      follow(current);
    },
    refresh() {
      line = -1;
      if (current) follow(current);
    },
  };
}
