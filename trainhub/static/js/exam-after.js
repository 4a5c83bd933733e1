// After the end: what this computer could not get to the server in time is sent once more, to be
// kept as evidence; what comes too late even for that is shown to its author.
import { createCopy } from "./exam-copy.js";
import { createWire, isPassing, sleep, waitBefore } from "./exam-wire.js";

const root = document.querySelector("[data-exam-result]");

function show(no, response) {
  const place = root.querySelector("[data-left-behind]");
  const text = document.createElement("p");
  text.className = "th-exam-own";
  text.textContent = `${no}: ${typeof response === "string" ? response : JSON.stringify(response)}`;
  place.querySelector("[data-left-behind-list]").append(text);
  place.hidden = false;
}

async function send(wire, body) {
  for (let tries = 0; ; tries += 1) {
    const answer = await wire.call("/responses", { body });
    if (!isPassing(answer.status)) return answer;
    await sleep(waitBefore(tries, answer.waitMs));
  }
}

async function sendLeftovers() {
  const copy = createCopy(root);
  const entries = await copy.load();
  if (!entries.length) return;
  const wire = createWire(root, null);
  let kept = 0;
  for (const [no, entry] of entries) {
    const answer = await send(wire, { responses: [{ no, ...entry, device: "after" }] });
    const decision = answer.body?.receipts?.[0]?.decision;
    if (answer.status === 401) return; // after signing in again
    if (decision === "late") kept += 1;
    else if (decision !== "repeated") show(no, entry.response);
  }
  copy.close();
  if (kept) window.location.reload();
}

sendLeftovers();
