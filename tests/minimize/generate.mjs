// Writes values.tsv, the labelled values of docs/minimize.md: node tests/minimize/generate.mjs
// Made from the public formats, apart from the code under test, with a fixed seed. Nobody's data:
// reserved domains, documented test numbers, and numbers that only satisfy their checksum.
import { writeFileSync } from 'node:fs';

let seed = 20261127;
const random = () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const below = n => Math.floor(random() * n);
const one = list => list[below(list.length)];
const many = (n, of) => Array.from({ length: n }, (_, at) => of(at));
const digits = n => many(n, () => below(10)).join('');
const hex = n => many(n, () => '0123456789abcdef'[below(16)]).join('');
const capitals = n => many(n, () => String.fromCharCode(65 + below(26))).join('');
const alnum = n => many(n, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'[below(62)]).join('');
const grouped = (text, size, by) => text.match(new RegExp(`.{1,${size}}`, 'g')).join(by);
const padded = (n, to) => String(n).padStart(to, '0');

const rows = [];
const put = (kind, value, piece = value, name = 'value') => rows.push([kind, name, JSON.stringify(value), JSON.stringify(piece)].join('\t'));
const sentences = [['Please write to ', ' about it.'], ['Bitte an ', ' wenden'], ['contact: ', ''], ['Merci de noter ', ' pour demain'], ['', ' (new)'], ['id=', ';ok']];
const placed = (kind, piece, at) => {
  const [before, after] = at % 3 ? ['', ''] : one(sentences);
  put(kind, before + piece + after, piece);
};

// E-mail addresses.
const firsts = 'ann bob chloe dieter eva farid gita hugo ines jan'.split(' ');
const domains = ['example.com', 'example.org', 'mail.example.net', 'shop.example', 'a-b.example.com'];
for (let at = 0; at < 120; at++) {
  const mail = one(firsts) + one(['', '.', '_', '+news', '-x']) + one(['', digits(2), 'smith', 'o']) + '@' + one(domains);
  if (at % 6 === 1) put('email', `/users/${encodeURIComponent(mail)}/edit`, encodeURIComponent(mail));
  else if (at % 6 === 2) put('email', `https://www.example.com/u/${mail}`, mail);
  else placed('email', mail, at);
}
put('email', 'jos\u00e9@b\u00fccher.example');
put('email', '"ann smith"@example.com');
put('email', 'ann@[192.0.2.1]');
put('email', 'ann (at) example (dot) com');
put('email', 'ann\uff20example.com');
put('email', 'mailto:ann@example.com?subject=x', 'ann@example.com');
put('email', 'ann%2540example.com');
put('email', 'ann\u200b@example.com');

// Cards: the digits of Luhn for what the issuer begins with.
const withLuhn = text => {
  for (let last = 0; last < 10; last++) {
    let sum = 0;
    [...(text + last)].reverse().forEach((d, at) => (sum += at % 2 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][d] : +d));
    if (sum % 10 === 0) return text + last;
  }
};
const cardOf = () => {
  const [start, length] = one([['4', 16], ['4', 16], ['51', 16], ['55', 16], ['2221', 16], ['2720', 16], ['34', 15], ['37', 15], ['36', 14], ['6011', 16], ['65', 16], ['3530', 16], ['62', 16], ['6759', 16]]);
  return withLuhn(start + digits(length - start.length - 1));
};
for (let at = 0; at < 120; at++) {
  const card = cardOf();
  if (card.length === 15 && at % 2) placed('card', `${card.slice(0, 4)} ${card.slice(4, 10)} ${card.slice(10)}`, at);
  else placed('card', at % 4 < 2 ? card : grouped(card, 4, at % 4 === 2 ? ' ' : '-'), at);
}
for (const card of ['4242424242424242', '4000056655665556', '5555555555554444', '2223003122003222', '378282246310005', '6011111111111117', '30569309025904', '3566002020360505', '4111.1111.1111.1111', '4111/1111/1111/1111', '\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11', 'card4111111111111111', '4111 1111 1111 1111 12/29 123'])
  put('card', card, card.slice(0, 16));
put('card', 4242424242424242, '4242424242424242');

// IBANs: check digits by 98 minus the remainder.
const remainder = text => [...text].reduce((rest, c) => Number(BigInt(rest + parseInt(c, 36).toString()) % 97n), 0);
const ibanOf = (country, bban) => country + padded(98 - remainder(bban + country + '00'), 2) + bban;
for (let at = 0; at < 100; at++) {
  const iban = one([() => ibanOf('DE', digits(18)), () => ibanOf('FR', digits(23)), () => ibanOf('GB', capitals(4) + digits(14)), () => ibanOf('NL', capitals(4) + digits(10)), () => ibanOf('ES', digits(20)), () => ibanOf('PL', digits(24)), () => ibanOf('IT', capitals(1) + digits(22)), () => ibanOf('NO', digits(11)), () => ibanOf('CH', digits(17))])();
  placed('iban', at % 2 ? grouped(iban, 4, ' ') : at % 5 ? iban : iban.toLowerCase(), at);
}
put('iban', 'DE89.3704.0044.0532.0130.00');

// Phones, in ranges for fiction where there are such, else of the format.
for (let at = 0; at < 120; at++) {
  const nine = digits(9);
  const phone = one([() => `+1 212 555 01${digits(2)}`, () => `+1-415-555-01${digits(2)}`, () => `(415) 555-01${digits(2)}`, () => `415-555-01${digits(2)}`, () => `+44 20 7946 0${digits(3)}`, () => `020 7946 0${digits(3)}`, () => `+4930${digits(8)}`, () => `+49 (0) 30 ${digits(4)} ${digits(4)}`, () => `030 ${digits(4)} ${digits(4)}`, () => `+33 6 ${grouped(digits(8), 2, ' ')}`, () => `06 ${grouped(digits(8), 2, ' ')}`, () => `+48 ${grouped(nine, 3, ' ')}`, () => `+91 9${digits(4)} ${digits(5)}`, () => `+55 11 9${digits(4)}-${digits(4)}`, () => `0049 30 ${digits(8)}`, () => `+81-3-${digits(4)}-${digits(4)}`])();
  placed('phone', phone, at);
}
for (const phone of ['0612345678', '612 345 678', '06.12.34.56.78', '4155550123', '555-0123', 'tel:+14155550123', '(0)30 1234 5678', '12 34 56 78', '+1 (415) 555-0123 ext. 5', '\u0660\u0661\u0660 \u0661\u0662\u0663\u0664 \u0665\u0666\u0667\u0668']) put('phone', phone);
put('phone', '0612345678', '0612345678', 'phone');
put('phone', 4155550123, '4155550123', 'userPhone');

// National numbers, each by its own rule.
const weighed = (text, weights) => [...text].reduce((sum, d, at) => sum + d * weights[at], 0);
const day = () => padded(1 + below(28), 2);
const month = () => padded(1 + below(12), 2);
const national = {
  ssn: () => `${one([123, 219, 457, 512])}-${padded(1 + below(99), 2)}-${padded(1 + below(9999), 4)}`,
  nino: () => { const n = one(['AB', 'CE', 'JX', 'PS']) + digits(6) + one(['A', 'B', 'C', 'D']); return below(2) ? n : `${n.slice(0, 2)} ${grouped(n.slice(2, 8), 2, ' ')} ${n[8]}`; },
  nir: () => { const n = one(['1', '2']) + digits(2) + month() + padded(1 + below(95), 2) + digits(6); return n + padded(97n - (BigInt(n) % 97n), 2); },
  dni: () => { const n = digits(8); return n + 'TRWAGMYFPDXBNJZSQVHLCKE'[n % 23]; },
  nie: () => { const n = digits(7); const k = below(3); return 'XYZ'[k] + n + 'TRWAGMYFPDXBNJZSQVHLCKE'[`${k}${n}` % 23]; },
  pesel: () => { const n = digits(2) + month() + day() + digits(4); return n + ((10 - (weighed(n, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10); },
  cpf: () => { let n = digits(9); for (const k of [10, 11]) { const r = weighed(n, many(n.length, at => k - at)) % 11; n += r < 2 ? 0 : 11 - r; } return below(2) ? n : `${grouped(n.slice(0, 9), 3, '.')}-${n.slice(9)}`; },
};
for (let at = 0; at < 140; at++) placed('id', one(Object.values(national))(), at);
for (const id of ['RSSMRA85T10A562S', '86095742719', '65929970489', '2345 6789 0124', '219-09-9999', '078 05 1120', '219099999', '184127645108946', '1 84 12 76 451 089 46', '2550814168025 38', 'X-1234567-L', '12.345.678-Z', '529.982.247-25']) put('id', id);
put('id', '123456782', '123456782', 'bsn');
put('id', '219099999', '219099999', 'customerSSN');

// Secrets and JSON Web Tokens, none of which was ever issued.
const encoded = value => Buffer.from(JSON.stringify(value)).toString('base64url');
for (let at = 0; at < 100; at++) {
  placed('secret', one([() => 'sk_' + 'live_' + alnum(24), () => 'ghp' + '_' + alnum(36), () => 'AK' + 'IA' + capitals(16), () => 'glpat' + '-' + alnum(20), () => 'xoxb' + '-' + digits(12) + '-' + alnum(24), () => 'AI' + 'za' + alnum(35), () => 'npm' + '_' + alnum(36), () => `Bearer ${hex(32)}`, () => 'sk-' + 'proj-' + alnum(40), () => 'SG' + '.' + alnum(22) + '.' + alnum(43)])(), at);
  if (at < 60) placed('jwt', `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: digits(6), exp: 1700000000 + at })}.${alnum(43)}`, at);
}
for (const name of ['password', 'user_password', 'newPassword', 'api_key', 'apiKey', 'client_secret', 'Authorization', 'Cookie', 'accessToken', 'refresh-token']) put('secret', `${alnum(8)}!`, undefined, name);
put('secret', 'my password is hunter2', 'hunter2');
put('secret', alnum(40));
put('secret', `-----BEGIN PRIVATE KEY-----\n${alnum(64)}\n-----END PRIVATE KEY-----`);
put('secret', 'https://ann:pass@example.com/', 'ann:pass');
put('secret', 'Basic YW5uOnNlY3JldA==');
put('card', '123', '123', 'cvv');

// Addresses with what is nobody's business.
for (let at = 0; at < 100; at++) {
  const piece = one([() => `q=${one(firsts)}`, () => `session=${hex(16)}`, () => `gclid=${alnum(20)}`, () => `reset=${alnum(12)}`])();
  put('address', one([`https://www.example.com/p/${at}?${piece}`, `/search?utm_source=news&${piece}`, `see https://example.org/a?${piece}&utm_medium=mail now`, `https://example.org/b#${piece}`, `www.example.com/c?${piece}`, `?${piece}`, `//cdn.example.net/d?${piece}`, `app://open/e?${piece}`]), piece);
}
put('address', 'www.example.com/c#name=ann', 'name=ann');
put('address', '/path#name=ann', 'name=ann');
put('address', 'go to example.com/c?name=ann please', 'name=ann');

// What is nobody's.
const words = [
  'The quick brown fox jumps over 13 lazy dogs at 10:30', 'Der Versand dauert 3 bis 5 Tage und kostet 4,95', 'La livraison est gratuite d\u00e8s 50 euros d\u2019achat', 'El pedido n\u00famero 12 llega el lunes a las 17:00', 'La spedizione parte entro 24 ore, salvo festivi', 'Wysy\u0142ka trwa 2 dni robocze i kosztuje 12,99', 'De winkel is open van 9 tot 18 uur, ook op 5 mei', 'A entrega leva 7 dias \u00fateis e custa 15,90',
  'What? No way', 'either/or', 'a @ b', 'follow @example now', '50% off @ checkout', 'basic understanding', 'Bearer bonds', 'token ring', 'meet @ 10.30', 'see section 4.2.1 (page 12)', 'rated 4.5/5 by 1,024 people', 'from 2019-2024 to 2025-2030',
];
const nobody = [
  () => `${one(['ORD', 'INV', 'SO', 'RMA'])}-${digits(one([6, 8, 10]))}`, () => digits(one([5, 6, 7, 8, 9, 10])), () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`, () => hex(one([32, 40, 64])), () => `${below(20)}.${below(30)}.${below(40)}${one(['', '-rc.1', '-beta.2', '+build.5'])}`,
  () => `${one(['$', '\u20ac', ''])}${below(9999)}.${digits(2)}`, () => `20${digits(1)}${below(10)}-${month()}-${day()}`, () => `${day()}.${month()}.20${padded(below(30), 2)}`, () => `${day()}/${month()}/20${padded(below(30), 2)}`, () => `20${padded(below(30), 2)}-${month()}-${day()}T10:${padded(below(60), 2)}:00.${digits(3)}Z`,
  () => String(1600000000000 + below(199999999999)), () => String(1600000000 + below(199999999)), () => `${capitals(3)}-${digits(3)}-${capitals(2)}${digits(2)}`, () => `${capitals(2)}${digits(6)}`, () => one(words) + one(['', '.', '!', ` (${below(90)})`]),
  () => `https://shop.example/${one(['shoes', 'p', 'de/hosen'])}/${one(['red', 'blau'])}-${digits(6)}.html`, () => `https://www.example.com/a?utm_source=${one(['news', 'search'])}&utm_campaign=spring_${digits(4)}`, () => `#${hex(6)}`, () => `${below(256)}.${below(256)}.${below(256)}.${below(256)}`, () => `spring_sale_${digits(4)}`,
  () => digits(16), () => digits(11), () => digits(12), () => random(), () => below(1e9), () => `${below(90)}.${digits(6)}, ${below(180)}.${digits(6)}`, () => `Mozilla/5.0 (X11; Linux x86_64) Chrome/${below(150)}.0.${below(9999)}.${below(200)}`, () => `${below(4000)}x${below(3000)}`, () => `978-3-16-${digits(6)}-${digits(1)}`, () => `GA1.1.${digits(9)}.${1600000000 + below(99999999)}`, () => `1Z${alnum(6).toUpperCase()}${digits(10)}`, () => `fbclid_${alnum(24)}`,
];
for (let at = 0; at < 1280; at++) put('none', nobody[at % nobody.length](), '');
for (const [name, value] of [['card', 'Visa Gold'], ['mobile', 'iOS'], ['phone', 'Pixel 9'], ['passport', 'required'], ['cards_shown', 12], ['tokens_used', 1500], ['id', 'x1'], ['telemetry', 'on 1234567'], ['fax', 'none'], ['token_type', 'bearer'], ['password_strength', 'weak'], ['password', 'clicked']]) put('none', value, '', name);
writeFileSync(new URL('values.tsv', import.meta.url), rows.join('\n') + '\n');
