// The few bits of a TC string by which an API is checked: when it was made, and the consents in it.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** From then on a string has to say which vendors were shown (TCF 2.3). */
const disclosing = Date.UTC(2026, 2, 1);
/** The bit of the consent to purpose 1. */
const firstPurpose = 152;

/** Deciseconds in six characters, as milliseconds. */
const timeAt = (core, at) => [...core.slice(at, at + 6)].reduce((sum, one) => sum * 64 + alphabet.indexOf(one), 0) * 100;

/**
 * What a TC string says: `at`, when it was last changed, a day exactly; `consents(purpose)`; nothing where it is
 * none, or one that does not say which vendors were shown and has to.
 */
export function tcString(text) {
  if (typeof text !== 'string' || !/^[BC][\w-]{29,}(\.[\w-]+)*$/.test(text)) return;
  const [core, ...segments] = text.split('.');
  if (timeAt(core, 1) >= disclosing && !segments.some(segment => /^[I-P]/.test(segment))) return;
  return {
    at: timeAt(core, 7),
    consents(purpose) {
      const bit = firstPurpose + purpose - 1;
      return (alphabet.indexOf(core[Math.floor(bit / 6)]) & (32 >> bit % 6)) > 0;
    },
  };
}
