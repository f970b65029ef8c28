// A manager of a site's own: an answer in localStorage, and listeners.
const listeners = new Set();
let isThere = false;
let broken;

export const owns = /^own-manager$/;
export const options = () => ({
  read() {
    if (broken) return broken();
    return isThere ? { yes: true, no: false }[localStorage.getItem('own-manager')] : undefined;
  },
  answered: () => (isThere ? localStorage.getItem('own-manager') !== null : undefined),
  subscribe(changed) {
    listeners.add(changed);
    return () => listeners.delete(changed);
  },
});

const tell = () => listeners.forEach(listener => listener());
const answer = said => {
  localStorage.setItem('own-manager', said);
  tell();
};
export const load = () => {
  isThere = true;
  tell();
};
export const yes = () => answer('yes');
export const no = () => answer('no');
export const storm = () => {
  for (let i = 0; i < 100; i++) tell();
};
export const listening = () => listeners.size;

/** The options with which a fault is met. */
export const faulty = { answered: null };
const breakWith = how => {
  broken = how;
  load();
};
export const faults = {
  throws: () => breakWith(() => { throw new Error('out of order'); }),
  'wrong types': () => breakWith(() => ({ analytics: 'yes' })),
  'a promise that is never kept': () => breakWith(() => new Promise(() => {})),
};
