// The page that waits for a plan: asks how far it is and opens the plan when it is there.
const box = document.querySelector("[data-plan-progress]");
const part = (name) => box.querySelector(`[data-${name}]`);
const PAUSE_MS = 1000;

function show(standing) {
  part("phase").textContent = standing.phase;
  part("words").textContent = standing.words;
  part("bar").value = Math.min(standing.seconds, standing.limit);
  part("note").textContent = standing.isStopping ? box.dataset.textStopping : "";
}

async function look() {
  try {
    const answer = await fetch(box.dataset.planProgress, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const standing = await answer.json();
    if (standing.state !== "queued" && standing.state !== "running") {
      location.reload();
      return;
    }
    show(standing);
  } catch {
    part("note").textContent = box.dataset.textLost;
  }
  setTimeout(look, PAUSE_MS);
}

if (box) setTimeout(look, PAUSE_MS);
