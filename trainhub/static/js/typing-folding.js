// What counts as the same sign; the same table as on the server.
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
