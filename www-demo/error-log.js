// "What went wrong": what the SDK reports through onError, and what the page's security policy
// refused.

import { byId, element, plural, time } from './elements.js';

const SHOWN = 50;

export function logError({ code, message, about, dropped }) {
  const list = byId('errors-rows');
  byId('errors-empty').hidden = true;
  list.prepend(element('li', { class: 'row error' },
    element('span', { class: 'row-title' }, element('code', {}, code ?? 'error'), element('span', { class: 'row-time soft' }, time(Date.now()))),
    element('span', {}, message ?? ''),
    about && !message?.includes(about) ? element('span', { class: 'mono soft' }, about) : undefined,
    dropped ? element('span', {}, `${plural(dropped, 'record')} dropped.`) : undefined));
  while (list.childElementCount > SHOWN) list.lastElementChild.remove();
}
