// The text field: a real one, so that every input method works. What happens in it is told as
// events; nothing is read, set or moved while a composition is open.
import { compare, createText } from "./typing-text.js";

const REFUSED = { insertFromPaste: "paste", insertFromPasteAsQuotation: "paste", insertFromYank: "paste",
  insertFromDrop: "drop", historyUndo: "undo", historyRedo: "undo" };
const LONGEST_PASTE = 2000;
const UNTYPABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/gu;

const clean = (text) => (text ?? "").replace(UNTYPABLE, "");

// The same name for both ways of one key: input methods hide the name when it goes down.
function nameOf(event) {
  if (event.key && !["Process", "Unidentified", "Dead"].includes(event.key)) return event.key;
  const letter = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code);
  if (letter) return letter[1].toLowerCase();
  return event.code === "Space" ? " " : event.code;
}

export function bindField(area, { onEvent, onChange, onRefused, isOpen }) {
  const text = createText();
  const pressed = new Map();
  let composing = false;
  let held = false;
  let owed = null; // what a composition put in while the field was held

  function tell(kind, data, stamp) {
    const event = onEvent(kind, data, stamp);
    if (event) text.apply(event);
    return event;
  }

  // The selection of a field counts UTF-16 units; the timeline counts code points.
  const caretOf = () => Array.from(clean(area.value.slice(0, area.selectionEnd))).length;

  function moveTo(start, end, stamp) {
    const [from, to] = text.selection();
    if (from !== start || to !== end) tell("m", [start, end], stamp);
  }

  // Everything that changed since the last time, as events. `commit` is a composition's end.
  function settle(stamp, { told = "", commit = false } = {}) {
    const after = Array.from(clean(area.value));
    const { place, gone, came } = compare(text.points(), after, caretOf(), Array.from(told));
    const put = came.join("");
    if (commit && !put) tell("ce", "", stamp);
    if (put) {
      moveTo(place, place + gone, stamp);
      tell(commit ? "ce" : "i", put, stamp);
    } else if (gone) {
      moveTo(place + gone, place + gone, stamp);
      tell("b", gone, stamp);
    }
    if (put || gone || commit) onChange();
  }

  area.addEventListener("keydown", (event) => {
    if (event.repeat || event.key === "Tab" || !isOpen()) return;
    const name = nameOf(event);
    if (tell("d", name, event.timeStamp)) pressed.set(event.code || name, name);
  });
  area.addEventListener("keyup", (event) => {
    const code = event.code || nameOf(event);
    if (!pressed.has(code)) return;
    tell("u", pressed.get(code), event.timeStamp);
    pressed.delete(code);
  });
  area.addEventListener("compositionstart", (event) => {
    composing = true;
    tell("cs", clean(event.data), event.timeStamp);
  });
  area.addEventListener("compositionupdate", (event) => tell("cu", clean(event.data), event.timeStamp));
  area.addEventListener("compositionend", (event) => {
    composing = false;
    if (held) owed = clean(event.data);
    else settle(event.timeStamp, { told: clean(event.data), commit: true });
  });
  area.addEventListener("input", (event) => {
    if (!composing && !held) settle(event.timeStamp, { told: clean(event.data) });
  });
  area.addEventListener("beforeinput", (event) => {
    const what = REFUSED[event.inputType];
    if (!isOpen() && !composing) event.preventDefault();
    if (!what) return;
    event.preventDefault();
    onRefused(what);
  });
  for (const kind of ["paste", "drop"]) {
    area.addEventListener(kind, (event) => {
      event.preventDefault();
      const carried = (event.clipboardData ?? event.dataTransfer)?.getData("text/plain") ?? "";
      tell("p", clean(carried.slice(0, LONGEST_PASTE)), event.timeStamp);
      onRefused(kind);
    });
  }
  area.addEventListener("dragover", (event) => event.preventDefault());

  return {
    text: () => text.toString(),
    points: () => text.points(),
    isComposing: () => composing,
    // Between the two nothing of the field is told; then all at once.
    hold() {
      held = true;
    },
    release() {
      held = false;
      if (owed !== null && isOpen()) settle(performance.now(), { told: owed, commit: true });
      owed = null;
    },
    // Only before the first event of this page: the text that earlier events made.
    restore(events) {
      for (const event of events) text.apply(event);
      area.value = text.toString();
      area.scrollTop = area.scrollHeight; // the caret stands behind it
    },
  };
}
