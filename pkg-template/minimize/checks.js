// Checksums and issued forms: what tells a number that is somebody's from any other.
const sum = (text, weigh) => [...text].reduce((all, digit, at) => all + weigh(+digit, at), 0);

const luhn = digits =>
  sum(digits, (digit, at) => ((digits.length - at) % 2 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2)) % 10 === 0;

/** The first digits of each issuer, and the lengths it gives out. */
const issuers = [
  [/^4/, [13, 16, 19]],
  [/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|220[0-4])/, [16]],
  [/^3[47]/, [15]],
  [/^(30[0-5]|36|38|39)/, [14]],
  [/^(6011|64[4-9]|65|62|35(2[89]|[3-8]))/, [16, 17, 18, 19]],
  [/^(50|5[6-8]|6304|6759|676[1-3])/, [13, 14, 15, 16, 17, 18, 19]],
];

export const isCard = digits =>
  issuers.some(([first, lengths]) => first.test(digits) && lengths.includes(digits.length)) && luhn(digits);

const lengths =
  'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18GR27GT28HR21' +
  'HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29' +
  'RO24RS22SA24SC31SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20';

/** How long an IBAN of that country is; 0 where it gives out none. */
export const ibanLength = country => {
  const at = lengths.indexOf(country);
  return at < 0 || at % 4 ? 0 : +lengths.slice(at + 2, at + 4);
};

export const isIban = text => {
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
};

const isPesel = digits => {
  const month = +digits.slice(2, 4) % 20;
  const day = +digits.slice(4, 6);
  return month > 0 && month < 13 && day > 0 && day < 32 && sum(digits, (digit, at) => digit * [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1][at]) % 10 === 0;
};

const isTaxId = digits => {
  const times = Array(10).fill(0);
  let product = 10;
  for (const digit of digits.slice(0, 10)) {
    times[digit]++;
    product = (((+digit + product) % 10 || 10) * 2) % 11;
  }
  // One digit stands there two or three times, all others once or not at all.
  return digits[0] !== '0' && times.filter(many => many > 1).length === 1 && Math.max(...times) < 4 && (11 - product) % 10 === +digits[10];
};

const isCpf = digits =>
  [9, 10].every(count => ((sum(digits.slice(0, count), (digit, at) => digit * (count + 1 - at)) * 10) % 11) % 10 === +digits[count]) &&
  !/^(\d)\1*$/.test(digits);

const turned = '0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210';
const moved = '01234567891576283094580379614289160437529453126870428657390127938064157046913258';

/** Verhoeff's check digit. */
const isAadhaar = digits =>
  /^[2-9]/.test(digits) && [...digits].reverse().reduce((check, digit, at) => +turned[check * 10 + +moved[(at % 8) * 10 + +digit]], 0) === 0;

const letters = 'TRWAGMYFPDXBNJZSQVHLCKE';
const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
const isFiscalCode = code =>
  [...code.slice(0, 15)].reduce((all, one, at) => {
    const value = parseInt(one, 36);
    const place = value > 9 ? value - 10 : value;
    return all + (at % 2 ? place : odd[place]);
  }, 0) % 26 === code.charCodeAt(15) - 65;

/** Digits alone that are somebody's number; `grouped` where they stand in groups of four. */
export const isIdOfDigits = (digits, grouped) =>
  (digits.length === 11 && (isPesel(digits) || isTaxId(digits) || isCpf(digits))) || (digits.length === 12 && grouped && isAadhaar(digits));

/** National numbers of a form of their own, and what each has to hold besides; case does not count. */
export const forms = [
  [/\d{3}-\d\d-\d{4}/gi, text => !/^(000|666|9)|-00-|0000$/.test(text)],
  [/\d{3}\.\d{3}\.\d{3}-\d\d/gi, text => isCpf(text.replace(/\D/g, ''))],
  [/[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d\d){3} ?[A-D]/gi, text => !/^(BG|GB|KN|NK|NT|TN|ZZ)/.test(text)],
  [/[12] ?\d\d ?[0-5]\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d/gi, text => {
    const plain = text.replace(/ /g, '').replace('A', '9').replace('B', '8').replace(/^(.{5})2(?=[98])/, (all, start) => (/[AB]/.test(text) ? start + '1' : all));
    return 97 - (+plain.slice(0, 13) % 97) === +plain.slice(13);
  }],
  [/[XYZ\d]\d{7}-?[A-Z]/gi, text => letters[+text.slice(0, 8).replace(/[XYZ]/, first => 'XYZ'.indexOf(first)) % 23] === text.slice(-1)],
  [/[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]/gi, isFiscalCode],
];
