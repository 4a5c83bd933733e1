// Copying a wording to the clipboard.
//   <button data-copy="id of the element" data-text-done="Copied">Copy</button>
//   <article class="th-prose" data-text-copy="Copy" data-text-copied="Copied">: each phrase block
//   in it gets such a button.
async function copyText(source, button, done) {
  const before = button.textContent;
  const text = source instanceof HTMLTextAreaElement ? source.value : source.innerText;
  await navigator.clipboard.writeText(text.trim());
  button.textContent = done;
  setTimeout(() => { button.textContent = before; }, 2000);
}

function newButton(text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-secondary th-copy";
  button.textContent = text;
  button.setAttribute("aria-live", "polite");
  return button;
}

export function bindCopyButtons(root) {
  for (const button of root.querySelectorAll("button[data-copy]")) {
    button.hidden = !navigator.clipboard; // without TLS there is none
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", () =>
      copyText(document.getElementById(button.dataset.copy), button, button.dataset.textDone));
  }
  if (!navigator.clipboard) return;
  for (const prose of root.querySelectorAll("[data-text-copy]")) {
    for (const block of prose.querySelectorAll(".th-block-phrase")) {
      const button = newButton(prose.dataset.textCopy);
      block.querySelector(".th-block-title")?.append(button);
      button.addEventListener("click", () =>
        copyText(block.querySelector(".th-block-body"), button, prose.dataset.textCopied));
    }
  }
}
