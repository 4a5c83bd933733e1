// The typed text beside the passage, sign by sign.
const BAND = 100; // how far the typing may run ahead of the passage, or behind it

// Fewest errors first, then most right signs: two letters that changed places are one too many
// and one left out, not two wrong ones.
const ERROR = 65536;
const NEVER = 2 ** 30;
const errorsIn = (value) => Math.ceil(value / ERROR);

const DIAGONAL = 1;
const UP = 2; // typed, but not in the passage
const LEFT = 3; // in the passage, but not typed

// `typed` (code points) beside the beginning of `target`: what was typed so far is compared, what
// is still to come is no mistake. One sign left out moves nothing but itself. A step names a place
// in the passage (`at`), one in the typed text (`from`) and a kind: right, wrong, missed, extra
// (before `at`).
export function alignPrefix(target, typed) {
  let same = 0;
  while (same < typed.length && same < target.length && typed[same] === target[same]) same += 1;
  if (same === typed.length) return { steps: rights(same), place: same, cost: 0 };
  const width = 2 * BAND + 1;
  const rows = typed.length - same;
  const moves = new Uint8Array((rows + 1) * width);
  const lows = new Int32Array(rows + 1);
  let before = new Int32Array(width).fill(NEVER);
  let best = same;
  lows[0] = same - BAND;
  for (let place = same; place <= Math.min(target.length, same + BAND); place += 1) {
    before[place - lows[0]] = (place - same) * ERROR;
    moves[place - lows[0]] = place > same ? LEFT : 0;
  }
  for (let row = 1; row <= rows; row += 1) {
    const low = Math.max(lows[row - 1], best + 1 - BAND);
    lows[row] = low;
    const shift = low - lows[row - 1];
    const now = new Int32Array(width).fill(NEVER);
    const sign = typed[same + row - 1];
    let least = NEVER;
    let nearest = best + 1;
    for (let no = 0; no < width; no += 1) {
      const place = low + no;
      if (place < same) continue;
      if (place > target.length) break;
      let cost = NEVER;
      let move = 0;
      if (place > same && no + shift - 1 >= 0 && no + shift - 1 < width) {
        cost = before[no + shift - 1] + (target[place - 1] === sign ? -1 : ERROR);
        move = DIAGONAL;
      }
      if (no + shift < width && before[no + shift] + ERROR < cost) {
        cost = before[no + shift] + ERROR;
        move = UP;
      }
      if (no > 0 && now[no - 1] + ERROR < cost) {
        cost = now[no - 1] + ERROR;
        move = LEFT;
      }
      now[no] = cost;
      moves[row * width + no] = move;
      const isNearer = Math.abs(place - best - 1) < Math.abs(nearest - best - 1);
      if (cost < least || (cost === least && isNearer)) [least, nearest] = [cost, place];
    }
    before = now;
    best = nearest;
  }
  // Of all places that are equally near the furthest: what was dropped is behind, not ahead.
  const errors = before.map(errorsIn);
  const cost = Math.min(...errors);
  best = lows[rows] + errors.lastIndexOf(cost);
  return { steps: [...rights(same), ...trace(target, typed, same, { moves, lows, width, best, rows })], place: best, cost };
}

const rights = (count) => Array.from({ length: count }, (_, at) => ({ kind: "right", at, from: at }));

function trace(target, typed, same, { moves, lows, width, best, rows }) {
  const steps = [];
  let row = rows;
  let place = best;
  while (row > 0 || place > same) {
    const move = moves[row * width + place - lows[row]];
    if (move === DIAGONAL) {
      row -= 1;
      place -= 1;
      steps.push({ kind: target[place] === typed[same + row] ? "right" : "wrong", at: place, from: same + row });
    } else if (move === UP) {
      row -= 1;
      steps.push({ kind: "extra", at: place, from: same + row });
    } else {
      place -= 1;
      steps.push({ kind: "missed", at: place, from: -1 });
    }
  }
  return steps.reverse();
}

// A passage that was to be typed whole: what is missing at its end is missing.
export function alignWhole(target, typed) {
  const { steps, place, cost } = alignPrefix(target, typed);
  const rest = Array.from({ length: target.length - place }, (_, no) => ({ kind: "missed", at: place + no, from: -1 }));
  return { steps: [...steps, ...rest], place: target.length, cost: cost + rest.length };
}
