// Pictures for the text: dropped on it, pasted into it, chosen from a file or from the list.
import { postJson } from "./posting.js";

const mark = (name) => `![${name.replace(/\.[a-z]+$/, "").replaceAll("-", " ")}](media/${name})`;

function addToList(list, name, url) {
  if (list.querySelector(`[data-picture="${CSS.escape(name)}"]`)) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "th-picture";
  button.dataset.picture = name;
  const picture = new Image(72, 54);
  picture.src = url;
  picture.alt = "";
  const label = document.createElement("span");
  label.textContent = name;
  button.append(picture, label);
  const item = document.createElement("li");
  item.append(button);
  list.append(item);
}

export function bindPictures(section, form, source, insertText) {
  if (!section) return;
  const status = section.querySelector("[data-picture-status]");
  const list = section.querySelector("[data-picture-list]");
  const words = section.dataset;

  async function upload(file) {
    const body = new FormData();
    body.append("picture", file, file.name || "picture.png");
    status.textContent = words.textSending;
    const answer = await postJson(form, words.uploadUrl, body);
    if (answer.status !== 200) {
      status.textContent = answer.body?.error?.message || words.textFailed;
      return;
    }
    addToList(list, answer.body.name, answer.body.url);
    insertText(source, mark(answer.body.name));
    status.textContent = words.textStored;
  }

  const picturesOf = (data) => [...(data?.files || [])].filter((one) => one.type.startsWith("image/"));
  const take = async (event, data) => {
    const files = picturesOf(data);
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) await upload(file);
  };
  source.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    source.dataset.dropping = "";
  });
  source.addEventListener("dragleave", () => { delete source.dataset.dropping; });
  source.addEventListener("drop", (event) => {
    delete source.dataset.dropping;
    take(event, event.dataTransfer);
  });
  source.addEventListener("paste", (event) => take(event, event.clipboardData));
  section.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault(); // the text stays on the page, unsaved as it may be
    const input = event.target.querySelector("input[type=file]");
    if (input.files[0]) await upload(input.files[0]);
    input.value = "";
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-picture]");
    if (button) insertText(source, mark(button.dataset.picture));
  });
}
