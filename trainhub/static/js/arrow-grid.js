// A table of links under the arrow keys: one cell is in the order of tabs, the arrows move it.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function linkOf(row, at) {
  return row?.cells[at]?.querySelector(":scope > a") ?? null;
}

function target(link, key) {
  const cell = link.closest("td");
  const row = cell.parentElement;
  const rows = [...row.parentElement.rows];
  if (key === "Home" || key === "End") {
    const links = [...row.querySelectorAll("td > a")];
    return key === "Home" ? links[0] : links.at(-1);
  }
  const [down, right] = STEPS[key];
  return linkOf(rows[rows.indexOf(row) + down], cell.cellIndex + right);
}

function bind(table) {
  const links = [...table.querySelectorAll("td > a")];
  let current = links[0];
  links.forEach((link) => { link.tabIndex = link === current ? 0 : -1; });
  function choose(link) {
    current.tabIndex = -1;
    link.tabIndex = 0;
    current = link;
  }
  table.addEventListener("focusin", (event) => {
    if (links.includes(event.target)) choose(event.target);
  });
  table.addEventListener("keydown", (event) => {
    if (!(event.key in STEPS || event.key === "Home" || event.key === "End")) return;
    if (event.altKey || event.ctrlKey || event.metaKey || !links.includes(event.target)) return;
    const next = target(event.target, event.key);
    event.preventDefault();
    if (next) next.focus();
  });
}

// A month is wider than the screen: begin with today in sight, beside the names that stay.
function showToday(table) {
  const today = table.querySelector('th[aria-current="date"]');
  const frame = table.parentElement;
  if (!today || frame.scrollWidth <= frame.clientWidth) return;
  const names = table.rows[0].cells[0].offsetWidth;
  frame.scrollLeft = today.offsetLeft - names - (frame.clientWidth - names) / 2;
}

for (const table of document.querySelectorAll("[data-arrow-grid]")) {
  if (table.querySelector("td > a")) bind(table);
  showToday(table);
}
