// Putting marks into a textarea so that the browser's undo still works.
export function insertText(source, text) {
  source.focus();
  // execCommand is the one way that keeps the undo history; browsers without it set the range.
  if (!document.execCommand?.("insertText", false, text)) {
    source.setRangeText(text, source.selectionStart, source.selectionEnd, "end");
    source.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function aroundBlock(source, text) {
  const before = source.value.slice(0, source.selectionStart);
  const after = source.value.slice(source.selectionEnd);
  const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after === "" || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  return [lead + text.before, text.after + tail];
}

export function applyTool(source, tool) {
  const { before, after, inside } = tool.dataset;
  const selected = source.value.slice(source.selectionStart, source.selectionEnd) || inside;
  const [lead, tail] = "block" in tool.dataset
    ? aroundBlock(source, { before, after }) : [before, after];
  const start = source.selectionStart + lead.length;
  insertText(source, lead + selected + tail);
  source.setSelectionRange(start, start + selected.length);
}

// Arrow keys walk a toolbar; only one of its buttons is in the tab order.
function walk(toolbar) {
  const buttons = [...toolbar.querySelectorAll("button")];
  buttons.forEach((button, place) => { button.tabIndex = place === 0 ? 0 : -1; });
  toolbar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const place = buttons.indexOf(document.activeElement);
    let next = step && place >= 0 ? (place + step + buttons.length) % buttons.length : -1;
    if (event.key === "Home") next = 0;
    if (event.key === "End") next = buttons.length - 1;
    if (next < 0) return;
    event.preventDefault();
    buttons[place].tabIndex = -1;
    buttons[next].tabIndex = 0;
    buttons[next].focus();
  });
}

export function bindToolbar(form, source) {
  const toolbar = form.querySelector("[data-toolbar]");
  if (!toolbar) return;
  toolbar.hidden = false;
  walk(toolbar);
  toolbar.addEventListener("click", (event) => {
    const tool = event.target.closest("button[data-before]");
    if (tool) applyTool(source, tool);
  });
  source.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const tool = toolbar.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!tool) return;
    event.preventDefault();
    applyTool(source, tool);
  });
}
