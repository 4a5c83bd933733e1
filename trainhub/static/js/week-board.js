// The week board: a class is dragged, or moved with the keys, and what that would do is shown
// before it is done. The server knows the rules; this only says where the class would lie.
//   <div data-week-board data-first-min data-cell-min> … <div data-day="2026-12-01">
//     <a data-move="/classes/1/move" data-on data-starts data-minutes> … <section data-week-effect>
const board = document.querySelector("[data-week-board]");
const panel = document.querySelector("[data-week-effect]");
const firstMin = Number(board.dataset.firstMin);
const cellMin = Number(board.dataset.cellMin);
const lanes = [...board.querySelectorAll("[data-day]")];
const words = board.dataset;
const WAIT_MS = 350; // until the hand rests
let moving = null; // { link, lane, starts }
let timer = 0;
let asked = 0; // the newest question; answers to older ones are dropped

const ghost = document.createElement("div");
ghost.className = "th-week-ghost";
ghost.setAttribute("aria-hidden", "true");

function clock(minutes) {
  return `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function typed(minutes) {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

function place(lane, starts) {
  const cells = getComputedStyle(lane).gridTemplateColumns.split(" ").length;
  const minutes = Number(moving.link.dataset.minutes);
  const latest = firstMin + cells * cellMin - minutes;
  moving.lane = lane;
  moving.starts = Math.max(firstMin, Math.min(starts, latest));
  const from = Math.floor((moving.starts - firstMin) / cellMin) + 1;
  ghost.style.gridColumn = `${from} / ${from + Math.max(1, Math.ceil(minutes / cellMin))}`;
  ghost.textContent = clock(moving.starts);
  lane.append(ghost);
  // What the panel says is about another place: nobody may say yes to it any more.
  for (const button of panel.querySelectorAll("form button")) button.disabled = true;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS);
}

async function ask() {
  if (!moving) return;
  const number = ++asked;
  const query = new URLSearchParams({ part: "effect", on: moving.lane.dataset.day, starts: typed(moving.starts), board: words.board });
  let html = null;
  try {
    const answer = await fetch(`${moving.link.dataset.move}?${query}`, { redirect: "error", cache: "no-store" });
    if (answer.status === 200 || answer.status === 422) html = await answer.text();
  } catch { /* said below */ }
  if (number !== asked) return;
  panel.hidden = false;
  if (html === null) panel.textContent = words.textFailed;
  else panel.innerHTML = html;
}

function begin(link) {
  end();
  moving = { link, lane: link.closest("[data-day]"), starts: Number(link.dataset.starts) };
  link.classList.add("th-week-moving");
}

function end() {
  clearTimeout(timer);
  panel.classList.remove("th-week-effect-over");
  asked += 1;
  moving?.link.classList.remove("th-week-moving");
  moving = null;
  ghost.remove();
}

function giveUp({ isSaid = false } = {}) {
  const link = moving?.link;
  end();
  panel.textContent = words.textGivenUp;
  panel.hidden = !isSaid;
  link?.focus({ preventScroll: isSaid });
}

function startsAt(lane, x, grip) {
  const box = lane.getBoundingClientRect();
  const cells = getComputedStyle(lane).gridTemplateColumns.split(" ").length;
  const cell = Math.round((x - box.left - grip) / (box.width / cells));
  return firstMin + cell * cellMin;
}

board.addEventListener("dragstart", (event) => {
  const link = event.target.closest?.("[data-move]");
  if (!link) return;
  begin(link);
  moving.grip = event.clientX - link.getBoundingClientRect().left;
  panel.classList.add("th-week-effect-over"); // what lies under it can be dropped on
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", link.textContent.trim());
});

for (const lane of lanes) {
  lane.addEventListener("dragover", (event) => {
    if (!moving) return;
    event.preventDefault();
    const starts = startsAt(lane, event.clientX, moving.grip ?? 0);
    if (lane !== moving.lane || starts !== moving.starts || !ghost.isConnected) place(lane, starts);
  });
  lane.addEventListener("drop", (event) => {
    if (!moving) return;
    event.preventDefault();
    place(lane, startsAt(lane, event.clientX, moving.grip ?? 0));
    moving.isDropped = true;
    panel.classList.remove("th-week-effect-over");
    panel.hidden = false;
    panel.focus({ preventScroll: true });
  });
}

board.addEventListener("dragend", () => {
  if (moving && !moving.isDropped) giveUp({ isSaid: true }); // let go outside the board
});

function step(key) {
  const at = lanes.indexOf(moving.lane);
  if (key === "ArrowLeft") place(moving.lane, moving.starts - cellMin);
  if (key === "ArrowRight") place(moving.lane, moving.starts + cellMin);
  if (key === "ArrowUp") place(lanes[Math.max(0, at - 1)], moving.starts);
  if (key === "ArrowDown") place(lanes[Math.min(lanes.length - 1, at + 1)], moving.starts);
  moving.lane.scrollIntoView({ block: "nearest" }); // above the panel: see its scroll margin
}

board.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("[data-move]");
  if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
  if (moving?.link !== link) {
    if (event.key.toLowerCase() !== "m") return;
    begin(link);
    place(moving.lane, moving.starts);
  } else if (event.key.startsWith("Arrow")) step(event.key);
  else if (event.key === "Escape") giveUp();
  else if (event.key === "Enter") panel.querySelector("button:enabled:not([data-week-give-up])")?.focus();
  else return;
  event.preventDefault();
});

panel.addEventListener("click", (event) => {
  if (event.target.closest("[data-week-give-up]")) giveUp();
});
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape") giveUp();
});
