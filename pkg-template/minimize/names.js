// Names that say of their value what it is.
const all = {
  __proto__: null,
  secret:
    'password passwd pwd passphrase passcode secret token apikey apitoken accesskey secretkey privatekey authorization cookie setcookie jwt',
  card: 'card cardnumber creditcard ccnumber cvv cvc cvv2 cardcvc',
  iban: 'iban',
  id:
    'ssn socialsecuritynumber nino nationalinsurancenumber nationalid bsn pesel cpf aadhaar steuerid dni nie nir codicefiscale passport passportnumber',
  phone: 'phone phonenumber mobile mobilenumber telephone tel fax',
};
const known = new Map();
for (const kind in all) for (const word of all[kind].split(' ')) known.set(word, kind);

/** How many digits a value has at least, to be what its name says. */
const digits = { __proto__: null, secret: 0, card: 3, iban: 10, id: 5, phone: 6 };

/** The kind that the last one, two or three words of a name tell, for such a value. */
export function kindOf(name, value) {
  const words = name
    .slice(-60)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
  for (let count = 1; count < 4; count++) {
    const kind = known.get(words.slice(-count).join(''));
    if (kind && value && value.replace(/\D/g, '').length >= digits[kind]) return kind;
  }
}
