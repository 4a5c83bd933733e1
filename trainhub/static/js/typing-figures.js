// Pure functions: what was typed beside the passage, and the figures of it. The server computes
// the figures that count; these are the same for the display while typing, held to the same cases.
export { alignPrefix, alignWhole } from "./typing-alignment.js";
export { fold } from "./typing-folding.js";

const LEAST_MS = 1000; // no speed is computed over less
const WORD = 5; // signs, the space included, that count as one English word

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
