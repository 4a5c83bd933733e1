// <button data-copy="id of the element" data-text-done="Copied">: copies its text and says so.
export function bindCopyButtons(root) {
  for (const button of root.querySelectorAll("button[data-copy]")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const label = button.querySelector("[data-copy-label]") ?? button;
      const before = label.textContent;
      await navigator.clipboard.writeText(source.innerText.trim());
      label.textContent = button.dataset.textDone;
      button.setAttribute("aria-live", "polite");
      setTimeout(() => { label.textContent = before; }, 2000);
    });
  }
}
