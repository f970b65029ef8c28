// What is found inside a text. Every search is bounded from where it starts, so that a text of any
// length costs time in proportion to it: no lookbehind, no repetition inside a repetition.
import { forms, ibanLength, isCard, isIban, isIdOfDigits } from './checks.js';

const wide = /[\uff01-\uff5e]|[\u0660-\u0669\u06f0-\u06f9]|[\u00a0\u2000-\u200a\u202f\u3000]|[\u2010-\u2015\u2212]/g;

/** The same text with plain digits, signs, spaces and dashes, each in its place. */
const plain = text =>
  text.replace(wide, one => {
    const code = one.charCodeAt(0);
    if (code >= 0xff01) return String.fromCharCode(code - 0xfee0);
    if (code >= 0x660 && code < 0x700) return '' + (code & 15);
    return (code > 0x200f && code < 0x2016) || code === 0x2212 ? '-' : ' ';
  });

const isWord = one => one !== undefined && /[\p{L}\p{N}_]/u.test(one);
const stands = (text, from, to) => !isWord(text[from - 1]) && !isWord(text[to]);

/** Without what a query or a path puts before an address. */
const local = /[\p{L}\p{N}.!#$%'*+^_`{|}~-]/u;
const domain = /(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/uy;

function emails(text, found) {
  const at = /@|%40/gi;
  let out = '';
  let done = 0;
  while (at.exec(text)) {
    const end = at.lastIndex;
    let start = text.lastIndexOf(text[end - 1] === '@' ? '@' : '%', end - 1);
    const sign = start;
    while (start > done && sign - start < 64 && local.test(text[start - 1])) start--;
    domain.lastIndex = end;
    if (start < sign && domain.test(text)) {
      out += text.slice(done, start) + found('email');
      done = at.lastIndex = domain.lastIndex;
    }
  }
  return out + text.slice(done);
}

const providers =
  /^(?:[sr]k_(?:live|test)_\w{10}|gh[pousr]_\w{30}|github_pat_\w{20}|glpat-[\w-]{16}|xox[abeprs]-[\w-]{10}|(?:AKIA|ASIA)[A-Z\d]{16}$|AIza[\w-]{30}|ya29\.[\w-]{16}|npm_\w{30}|SG\.[\w-]{16,32}\.[\w-]{16}|sk-(?:ant-|proj-)?[\w-]{24}|shp(?:at|ss|ca)_\w{20}|dop_v1_\w{30}|hf_\w{30}|whsec_\w{20}|pypi-[\w-]{30})/;
const jwt = /^eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*$/;
const key = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}-----|$)/g;

const secrets = (text, found, kinds) => {
  if (kinds.has('secret')) {
    text = text
      .replace(key, () => found('secret'))
      .replace(/\b(bearer|basic)\s{1,4}[\w.~+/-]{8,}=*/gi, all => (/\d|=|[a-z][A-Z]/.test(all.slice(7)) ? found('secret') : all));
  }
  return text.replace(/[\w.-]{15,}/g, token => {
    if (kinds.has('jwt') && jwt.test(token)) return found('jwt');
    return kinds.has('secret') && providers.test(token) ? found('secret') : token;
  });
};

function ibans(text, found) {
  const form = /[A-Z]{2}\d\d(?:[ -]?[A-Z\d]){11,30}/gi;
  let out = '';
  let done = 0;
  for (let match; (match = form.exec(text)); ) {
    const [all] = match;
    const start = match.index;
    let left = ibanLength(all.slice(0, 2).toUpperCase());
    let end = start;
    while (left && end < start + all.length) if (/[^ -]/.test(text[end++])) left--;
    const bare = text.slice(start, end).replace(/[ -]/g, '').toUpperCase();
    if (!left && bare && stands(text, start, end) && isIban(bare)) {
      out += text.slice(done, start) + found('iban');
      done = form.lastIndex = end;
    } else form.lastIndex = start + 4;
  }
  return out + text.slice(done);
}

const ids = (text, found) =>
  forms.reduce(
    (text, [form, holds]) =>
      text.replace(form, (all, ...more) => {
        const at = more[more.length - 2];
        const whole = !/[-.]/.test(text[at - 1] || '') && stands(text, at, at + all.length);
        return whole && holds(all.toUpperCase()) ? found('id') : all;
      }),
    text,
  );

/** A run of digits and what may stand between them. */
const run = /[+(]?\d(?:[ ().\/-]{0,3}\d){6,40}/g;

function isPhone(text, before) {
  const digits = text.replace(/\D/g, '');
  if (text[0] === '+') return digits.length > 7 && digits.length < 16 && digits[0] !== '0' && !/[\d.]\/|\.\d\./.test(text);
  if (/^00[1-9]\d{0,2}[ -]/.test(text)) return digits.length > 9 && digits.length < 18;
  if (before === '.' || before === '-') return false;
  if (/^(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}$/.test(text)) return true;
  return /^\(?0[1-9]/.test(text) && /[ ()\/-]|^0\d(\.\d\d){4}$/.test(text) && digits.length > 8 && digits.length < 12 && !/^\d\d[-/.]\d\d[-/.]\d{4}/.test(text);
}

function numbers(text, found, kinds) {
  return text.replace(run, (all, at) => {
    const before = text[at - 1];
    if (isWord(before) || isWord(text[at + all.length]) || (/[.,]/.test(before || '') && /\d/.test(text[at - 2] || ''))) return all;
    // Groups side by side, as a card and how often. Cards first: three groups of one are an id's form.
    const groups = [...all.matchAll(/\d+/g)];
    for (const kind of ['card', 'id']) {
      for (let from = 0; kinds.has(kind) && from < groups.length; from++) {
        const start = groups[from].index;
        let digits = '';
        for (let to = from; to < groups.length && digits.length < 20; to++) {
          const [last] = groups[to];
          const end = groups[to].index + last.length;
          digits += last;
          // Digits behind a point are a fraction's.
          if (all[start - 1] === '.' || /[^\d -]/.test(all.slice(start, end))) break;
          const fours = to === from + 2 && digits.length === 12 && groups[from][0].length === 4 && last.length === 4;
          const is = kind === 'card' ? (to === from || groups[from][0].length === 4) && isCard(digits) : (to === from || fours) && isIdOfDigits(digits, fours);
          if (is) return all.slice(0, start) + found(kind) + numbers(all.slice(end), found, kinds);
        }
      }
    }
    return kinds.has('phone') && isPhone(all, before) ? found('phone') : all;
  });
}

const uuid = /([\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12})/i;

/** The text with a marker in the place of everything found; `found` counts, and answers the marker. */
export function scan(text, found, kinds) {
  const even = plain(text);
  const out = even
    .split(uuid)
    .map((part, at) => {
      if (at % 2) return part;
      if (kinds.has('email')) part = emails(part, found);
      part = secrets(part, found, kinds);
      if (kinds.has('iban')) part = ibans(part, found);
      if (kinds.has('id')) part = ids(part, found);
      return numbers(part, found, kinds);
    })
    .join('');
  return out === even ? text : out;
}
