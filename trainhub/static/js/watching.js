// The invigilator's page: fetches the rows anew every few seconds, lets the times left run
// between, and says when the connection is gone. The server's clock counts, not this one's.
const room = document.querySelector("[data-room]");
const live = document.querySelector("[data-live]");
const words = live.dataset;
let tag = room.dataset.etag;
let ahead = Number(room.dataset.now) - Date.now(); // the server's clock minus ours, in ms
let lastOk = Date.now();

const clockTime = (ms) => new Date(ms).toLocaleTimeString("en-GB", { hourCycle: "h23", timeZone: words.zone });

function showTimes() {
  for (const field of room.querySelectorAll("[data-closes-at]")) {
    const left = Math.max(0, Math.round((Number(field.dataset.closesAt) - Date.now() - ahead) / 1000));
    field.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }
}

function replaceRows(html) {
  const seat = document.activeElement?.closest?.("[data-seat]")?.dataset.seat;
  room.innerHTML = html;
  if (seat) room.querySelector(`[data-seat="${seat}"] a`)?.focus();
}

async function refresh() {
  try {
    const answer = await fetch(room.dataset.rowsUrl, {
      cache: "no-store",
      redirect: "error", // signed out: the rows must not become a sign-in page
      headers: { Accept: "text/html", "If-None-Match": tag },
    });
    if (answer.status !== 200 && answer.status !== 304) throw new Error(String(answer.status));
    const at = Date.parse(answer.headers.get("X-Server-Time"));
    if (at) ahead = at - Date.now();
    if (answer.status === 200) {
      replaceRows(await answer.text());
      tag = answer.headers.get("ETag") || "";
    }
    lastOk = Date.now();
    room.classList.remove("th-room-stale");
    live.textContent = words.textLive.replace("{time}", clockTime(lastOk + ahead));
  } catch {
    room.classList.add("th-room-stale");
    live.textContent = words.textLost.replace("{time}", clockTime(lastOk + ahead));
  }
  showTimes();
}

async function keepLooking() {
  if (!document.hidden && !room.querySelector("details[open]")) await refresh();
  setTimeout(keepLooking, Number(room.dataset.refreshMs));
}

live.removeAttribute("role"); // a line that changes every few seconds must not be read out
showTimes();
setInterval(showTimes, 1000);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
setTimeout(keepLooking, Number(room.dataset.refreshMs));
