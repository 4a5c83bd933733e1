// One-letter keys of a paper. Never while something is typed, nor with Ctrl, Alt or Meta, nor
// from an input method; the box in their list switches them off (WCAG 2.1.4).
const STORE = "exam-keys";
const OPTION = "input[type=radio], input[type=checkbox]";

function isOn() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

const isTyping = (target) => Boolean(target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable], dialog"));

export function bindKeys(root, { pages, turn, flag, review }) {
  const list = root.querySelector("[data-keys]");
  const box = list.querySelector("[data-keys-on]");
  list.hidden = false;
  box.checked = isOn();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(STORE, box.checked ? "on" : "off");
    } catch {
      // without storage the choice holds for this page
    }
  });

  const shown = (target) => target.closest?.("[data-question]") ?? pages.sectionOf(pages.current());

  function choose(digit, target) {
    const field = shown(target)?.querySelectorAll(OPTION)[digit - 1];
    if (!field) return false;
    field.focus();
    field.click();
    return true;
  }
  // From one checkbox to the next; radio buttons do that by themselves.
  function step(way, target) {
    const fields = [...(shown(target)?.querySelectorAll(OPTION) ?? [])];
    if (!fields.length || target.type === "radio") return false;
    const at = fields.indexOf(target);
    const next = fields[at < 0 ? (way > 0 ? 0 : fields.length - 1) : at + way];
    next?.focus();
    return Boolean(next);
  }
  const acts = {
    n: () => turn(1),
    p: () => turn(-1),
    f: (target) => flag(Number(shown(target)?.dataset.question)),
    r: () => review(),
    ArrowRight: (target) => !target.matches?.(OPTION) && turn(1),
    ArrowLeft: (target) => !target.matches?.(OPTION) && turn(-1),
    ArrowDown: (target) => step(1, target),
    ArrowUp: (target) => step(-1, target),
    "?": () => {
      list.open = !list.open;
      if (list.open) list.scrollIntoView({ block: "nearest" });
    },
  };
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.keyCode === 229) return;
    if (isTyping(event.target)) return;
    const isDigit = /^[1-9]$/.test(event.key);
    const act = acts[event.key];
    if (!isDigit && !act) return;
    const done = isDigit ? choose(Number(event.key), event.target) : act(event.target);
    if (done !== false) event.preventDefault();
  });
}
