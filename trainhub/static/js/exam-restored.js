// What was put back from this computer's copy: being saved, then saved; it stays until it is read.
export function bindRestored(root, saver) {
  const notice = root.querySelector("[data-restored]");
  let numbers = [];

  function update() {
    const isDone = numbers.every((no) => saver.isSaved(no));
    notice.querySelector("[data-restored-busy]").hidden = isDone;
    notice.querySelector("[data-restored-done]").hidden = !isDone;
  }

  for (const button of root.querySelectorAll("[data-close-notice]")) {
    button.addEventListener("click", () => { button.closest(".th-notice").hidden = true; });
  }
  return {
    update,
    show(list) {
      numbers = list;
      notice.querySelector("[data-restored-list]").textContent = list.join(root.dataset.textComma);
      notice.hidden = false;
      update();
    },
  };
}
