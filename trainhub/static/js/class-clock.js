// The clock and the code of a class, on the trainer's screen and on the wall. The server is asked
// every few seconds; between its answers the numbers run by performance.now().
const page = document.querySelector("[data-class]");
const data = page.dataset;
const ASK_MS = 5000;
const number = (name) => toSeconds(page.querySelector(`[data-class-${name}]`)?.textContent ?? "0");
let at = performance.now();
let known = {
  is_running: data.classRunning === "1",
  taught_s: number("taught"),
  remaining_s: number("remaining"),
  code: page.querySelector("[data-class-code]")?.textContent ?? "",
  code_left_s: number("code-left") || 30,
};

function toSeconds(text) {
  return text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

function toText(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function put(name, text) {
  for (const field of page.querySelectorAll(`[data-class-${name}]`)) {
    if (field.textContent !== text) field.textContent = text;
  }
}

function show() {
  const passed = Math.floor((performance.now() - at) / 1000);
  const moving = known.is_running ? passed : 0;
  put("taught", toText(known.taught_s + moving));
  put("remaining", toText(Math.max(0, known.remaining_s - moving)));
  put("code-left", String(Math.max(0, known.code_left_s - passed)));
  return known.code && known.code_left_s - passed <= 0;
}

async function ask() {
  const answer = await fetch(data.classClockUrl, {
    cache: "no-store",
    redirect: "error",
    headers: { Accept: "application/json" },
  });
  if (!answer.ok) return;
  known = await answer.json();
  at = performance.now();
  if (known.state !== data.classState || Boolean(known.code) !== Boolean(page.querySelector("[data-class-code]"))) {
    if (!document.querySelector("details[open], dialog[open]")) location.reload();
    return;
  }
  put("code", known.code);
  put("came", String(known.came));
  put("booked", String(known.booked));
}

async function look() {
  const isOver = ["completed", "cancelled"].includes(data.classState);
  if (!document.hidden && !isOver) await ask().catch(() => {}); // without a connection the numbers run on
  setTimeout(look, ASK_MS);
}

let asked = false; // for the code that has just run out
setInterval(() => {
  const isStale = show();
  if (isStale && !asked) ask().catch(() => {});
  asked = isStale;
}, 1000);
setTimeout(look, ASK_MS);

// The wall follows the trainer's screen from lesson to lesson (same browser, another window).
const channel = "BroadcastChannel" in window ? new BroadcastChannel(data.classChannel) : null;
if (channel && "classWall" in data) {
  channel.onmessage = ({ data: lesson }) => {
    if (!lesson || lesson === data.classLesson) return;
    const address = new URL(location.href);
    address.searchParams.set("lesson", lesson);
    location.assign(address);
  };
} else if (channel && data.classLesson) {
  channel.postMessage(data.classLesson);
}
