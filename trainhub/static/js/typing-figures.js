// Pure functions: what was typed beside the passage, and the figures of it. The server computes
// the figures that count; these are the same for the display while typing, held to the same cases.
const LEAST_MS = 1000; // no speed is computed over less
const WORD = 5; // signs, the space included, that count as one English word
const BAND = 100; // how far the typing may run ahead of the passage, or behind it

const SPACES = new Set("\t\n\u00a0\u2002\u2003\u2005\u2009\u202f\u205f\u3000");
const SINGLE = new Set("\u2018\u2019\u201a\u201b");
const DOUBLE = new Set("\u201c\u201d\u201e\u201f");
const NARROW = new Map(["｡。", "｢「", "｣」", "､、", "･・", "￠¢", "￡£", "￢¬", "￣¯", "￥¥", "￦₩"].map((pair) => Array.from(pair)));

function foldSign(sign, testsWidth) {
  if (SPACES.has(sign)) return " ";
  if (SINGLE.has(sign)) return "'";
  if (DOUBLE.has(sign)) return '"';
  const code = sign.codePointAt(0);
  if (testsWidth) return sign;
  return code >= 0xff01 && code <= 0xff5e ? String.fromCodePoint(code - 0xfee0) : NARROW.get(sign) ?? sign;
}

// The text as it is compared: composed letters, one kind of space, one width, straight quotes.
export function fold(text, testsWidth = false) {
  const points = Array.from(text.replace(/\r\n?/g, "\n").normalize("NFC"));
  return points.map((sign) => foldSign(sign, testsWidth)).join("");
}

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

// Whether the last sign of the passage has been reached.
export const isAtEnd = (target, { place }) => place >= target.length;

export function count(steps) {
  const found = { right: 0, wrong: 0, missed: 0, extra: 0 };
  for (const { kind } of steps) found[kind] += 1;
  return found;
}

// Signs of words that are fully right, each with the right space behind it. The word at which
// the text ends counts as far as it goes while the run is not finished.
export function inRightWords(steps, target, typed, { finished = false } = {}) {
  const beside = new Int32Array(target.length + 1).fill(-2);
  for (const { kind, at, from } of steps) if (kind === "right") beside[at] = from;
  let sum = 0;
  for (let start = 0, end = 0; start < target.length; start = end + 1) {
    end = target.indexOf(" ", start);
    if (end < 0) end = target.length;
    if (end === start) continue;
    const kept = inRightWord(start, end, beside, typed, finished);
    sum += kept;
    if (kept === end - start && end < target.length && beside[end] === beside[end - 1] + 1) sum += 1;
  }
  return sum;
}

function inRightWord(start, end, beside, typed, finished) {
  const first = beside[start];
  if (first < 0 || (first > 0 && typed[first - 1] !== " ")) return 0;
  const reach = Math.min(end - start, typed.length - first);
  for (let no = 0; no < reach; no += 1) if (beside[start + no] !== first + no) return 0;
  if (reach < end - start) return finished ? 0 : reach;
  const behind = typed[first + reach];
  return behind === undefined || behind === " " ? reach : 0;
}

// Speed in the unit of the text ("cpm" or "wpm"), and how much of the part reached is right.
export function figuresOf({ steps, place }, target, typed, { ms, unit, finished = false }) {
  const found = count(steps);
  const minutes = Math.max(ms, LEAST_MS) / 60000;
  const inWords = unit === "wpm" ? inRightWords(steps, target, typed, { finished }) : 0;
  const wrong = found.wrong + found.missed + found.extra;
  return {
    ...found,
    reached: place,
    rightWordCharacters: inWords,
    net: (unit === "wpm" ? inWords / WORD : found.right) / minutes,
    gross: (unit === "wpm" ? typed.length / WORD : typed.length) / minutes,
    accuracy: place ? Math.max(0, 1 - wrong / place) : 0,
  };
}
