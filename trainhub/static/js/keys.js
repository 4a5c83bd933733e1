// One-letter keys of the reader: j next, k previous, n notes, ? help. Never while typing, never
// with Ctrl, Alt or Meta; the box in the list of keys switches them off.
const STORE = "reader-keys";
const TYPING = "input, textarea, select, button, summary, [contenteditable]";

function isOn() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true;
  }
}

export function bindKeys(reader) {
  const list = reader.querySelector("[data-keys]");
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
  const acts = {
    j: () => reader.querySelector("[rel=next]")?.click(),
    k: () => reader.querySelector("[rel=prev]")?.click(),
    n: () => reader.querySelector("#note")?.focus(),
    "?": () => {
      list.open = !list.open;
      if (list.open) list.scrollIntoView({ block: "nearest" });
    },
  };
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const typing = event.target.closest?.(TYPING);
    if (typing && !(typing.matches("summary, button") || typing.type === "radio" || typing.type === "checkbox")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
