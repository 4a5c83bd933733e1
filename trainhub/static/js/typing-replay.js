// A run played again: text, compositions, corrections and pauses, at any speed.
import { createText } from "./typing-text.js";

const PAUSE_MS = 2000;
const STEP_MS = 5000;

const root = document.querySelector("[data-replay]");
const events = JSON.parse(root.dataset.timeline);
const place = (name) => root.querySelector(`[data-${name}]`);
const text = { words: place("typed"), composed: place("composed"), after: place("after") };
const slider = place("slider");
const speed = place("speed");
const button = place("play");
const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const first = Number(root.dataset.first);
const length = Math.max(1, (events.at(-1)?.[0] ?? 0) - first);

let typed = createText();
let next = 0; // the event that comes next
let now = 0; // milliseconds since the first key
let composition = "";
let deleted = 0;
let playing = false;
let told = 0;

function reset() {
  typed = createText();
  [next, composition, deleted] = [0, "", 0];
}

function apply(event) {
  const [, kind, data] = event;
  const before = typed.points().length;
  typed.apply(event);
  if (kind === "cs" || kind === "cu") composition = data;
  if (kind === "ce") composition = "";
  if (kind === "b") deleted += before - typed.points().length;
}

function goTo(ms) {
  if (ms < now) reset();
  now = Math.max(0, Math.min(length, ms));
  while (next < events.length && events[next][0] - first <= now) {
    apply(events[next]);
    next += 1;
  }
  show();
}

function activity() {
  const since = next ? now - (events[next - 1][0] - first) : 0;
  if (composition) return root.dataset.textComposing;
  if (since > PAUSE_MS) return root.dataset.textPause.replace("{seconds}", number.format(since / 1000));
  const last = events.slice(0, next).findLast(([, kind]) => kind !== "u" && kind !== "d" && kind !== "m");
  return { b: root.dataset.textCorrecting, p: root.dataset.textPaste, x: root.dataset.textAway }[last?.[1]] ?? root.dataset.textTyping;
}

const clockOf = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

function show() {
  const [, end] = typed.selection();
  const points = typed.points();
  text.words.textContent = points.slice(0, end).join("");
  text.composed.textContent = composition;
  text.after.textContent = points.slice(end).join("");
  slider.value = String(Math.round(now));
  slider.setAttribute("aria-valuetext", `${clockOf(now)} / ${clockOf(length)}`);
  place("time").textContent = `${clockOf(now)} / ${clockOf(length)}`;
  place("activity").textContent = activity();
  place("deleted").textContent = String(deleted);
  place("count").textContent = String(points.length);
  const box = place("screen");
  const caret = place("caret");
  if (caret.offsetTop < box.scrollTop || caret.offsetTop > box.scrollTop + box.clientHeight - 30) {
    box.scrollTop = caret.offsetTop - box.clientHeight / 2;
  }
}

function setPlaying(is) {
  playing = is;
  button.setAttribute("aria-pressed", String(is));
  for (const sign of button.querySelectorAll("[data-when]")) sign.hidden = (sign.dataset.when === "playing") !== is;
  if (!is) return;
  if (now >= length) goTo(0);
  told = performance.now();
  requestAnimationFrame(step);
}

function step(at) {
  if (!playing) return;
  goTo(now + Math.max(0, at - told) * Number(speed.value));
  told = at;
  if (now >= length) setPlaying(false);
  else requestAnimationFrame(step);
}

const KEYS = {
  " ": () => setPlaying(!playing),
  k: () => setPlaying(!playing),
  ArrowLeft: () => goTo(now - STEP_MS),
  ArrowRight: () => goTo(now + STEP_MS),
  Home: () => goTo(0),
  End: () => goTo(length),
  "+": () => faster(1),
  "-": () => faster(-1),
};

function faster(by) {
  speed.selectedIndex = Math.max(0, Math.min(speed.options.length - 1, speed.selectedIndex + by));
}

slider.max = String(Math.ceil(length));
slider.addEventListener("input", () => goTo(Number(slider.value)));
button.addEventListener("click", () => setPlaying(!playing));
root.addEventListener("keydown", (event) => {
  const isOwn = event.target === slider || event.target.closest("select, button, a, summary");
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.altKey || event.metaKey) return;
  if (isOwn && (event.key === " " || event.target.tagName === "SELECT")) return;
  event.preventDefault();
  act();
});
for (const jump of root.querySelectorAll("[data-jump]")) {
  jump.addEventListener("click", () => goTo(Number(jump.dataset.jump)));
}
place("player").hidden = false;
goTo(0);
