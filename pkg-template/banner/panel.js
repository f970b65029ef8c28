// What the banner is made of. Elements are made one by one: a page with Trusted Types lets no text
// become markup.

/** An element with these attributes; `undefined` and `false` leave one out. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== undefined && child !== false));
  return element;
}

function button(part, words, act, attributes = {}) {
  const element = make('button', { type: 'button', part, class: part, ...attributes }, words);
  element.addEventListener('click', act);
  return element;
}

/** One purpose, with a switch that puts its name into `chosen` or takes it out. */
function purpose(name, at, { title, text } = { title: name }, chosen) {
  const box = make('input', { type: 'checkbox', role: 'switch', part: 'switch', id: 'switch' + at, 'aria-describedby': text && 'text' + at });
  box.checked = chosen.has(name);
  box.addEventListener('change', () => (box.checked ? chosen.add(name) : chosen.delete(name)));
  return make(
    'div',
    { class: 'purpose', part: 'purpose' },
    make('label', { part: 'purpose-title', for: 'switch' + at }, title, box),
    text && make('p', { part: 'purpose-text', id: 'text' + at }, text),
  );
}

/**
 * The panel of a view. `chosen` is the set of names that the switches change, `acts` has what a
 * button does, by its part.
 */
export function panel({ words, lang, names, policy, signal, optOut, reopened }, expanded, chosen, acts) {
  const rows = names.map((name, at) => purpose(name, at, words.purposes[name], chosen));
  const purposes = make('div', { class: 'purposes', part: 'purposes', id: 'purposes', role: 'group', 'aria-labelledby': 'details' }, ...rows, button('save', words.save, acts.save));
  const details = button('details', words.details, acts.details, { id: 'details', 'aria-controls': 'purposes' });
  const dialog = make(
    'dialog',
    // It takes the focus where the visitor opened it, so that its name is read out.
    { part: 'panel', lang, tabindex: -1, 'aria-labelledby': 'title', 'aria-describedby': 'text' },
    make(
      'div',
      { class: 'body', part: 'body' },
      make('div', { class: 'head' }, make('h2', { part: 'title', id: 'title' }, words.title), reopened && button('close', '', acts.close, { 'aria-label': words.close })),
      make('p', { part: 'text', id: 'text' }, optOut ? words.optOut : words.text),
      signal && make('p', { part: 'signal', class: 'signal' }, words.signal),
      make('div', { class: 'links' }, policy && make('a', { part: 'policy', href: policy }, words.policy), details),
      purposes,
    ),
    make('div', { class: 'actions', part: 'actions' }, button('refuse', words.refuse, acts.refuse), button('accept', words.accept, acts.accept)),
  );
  return {
    dialog,
    /** Shows the purposes, or hides them. */
    expand(open) {
      purposes.hidden = !open;
      details.setAttribute('aria-expanded', open);
    },
  };
}

/** The way back to the panel, a landmark of its own. */
export const reopener = ({ words, lang }, act) =>
  make('section', { lang, 'aria-label': words.reopen }, button('reopen', words.reopen, act));
