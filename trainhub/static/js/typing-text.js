// A text as a timeline makes it: code points, a caret, a selection. The same rules as on the
// server: `m` moves, `i` and `ce` put in at the caret and replace what is selected, `b` deletes.
export function createText() {
  let points = [];
  let start = 0;
  let end = 0;

  const clamp = (place) => Math.max(0, Math.min(points.length, place));

  function put(text) {
    const added = Array.from(text);
    points.splice(start, end - start, ...added);
    start += added.length;
    end = start;
  }

  function remove(count) {
    if (start === end) start = clamp(start - count);
    points.splice(start, end - start);
    end = start;
  }

  function apply([, kind, data]) {
    if (kind === "m") [start, end] = [clamp(Math.min(...data)), clamp(Math.max(...data))];
    else if (kind === "i") put(data);
    else if (kind === "ce" && data) put(data);
    else if (kind === "b") remove(Number(data) || 1);
  }

  return {
    apply,
    points: () => points,
    toString: () => points.join(""),
    selection: () => [start, end],
  };
}

// How a field's text turned from `before` into `after` with the caret behind what was put in:
// the place, how many code points went, and what came. The caret tells apart what the letters
// alone leave open: which of two equal signs is the new one.
export function compare(before, after, caret, told = []) {
  let rest = after.length - caret;
  while (rest > before.length || !sameTail(before, after, rest)) rest -= 1;
  let place = 0;
  const most = Math.min(before.length, after.length) - rest;
  while (place < most && before[place] === after[place]) place += 1;
  const claimed = after.length - rest - told.length; // where the told text begins, if it is there
  if (told.length && claimed >= 0 && claimed < place && told.every((sign, no) => sign === after[claimed + no])) {
    place = claimed;
  }
  return { place, gone: before.length - rest - place, came: after.slice(place, after.length - rest) };
}

function sameTail(before, after, count) {
  for (let no = 1; no <= count; no += 1) if (before.at(-no) !== after.at(-no)) return false;
  return true;
}
