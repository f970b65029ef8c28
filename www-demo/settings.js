// The demo's settings. They live in the address and nowhere else: the page must not store anything
// of its own. The form in index.html is the list of settings, of their values and of their
// defaults.

import { byId } from './elements.js';

const form = byId('settings-form');
const mood = byId('mood');
const choices = () => [...form.querySelectorAll('select'), mood];
const blocked = () => [...form.querySelectorAll('input[type=checkbox]')];
const more = byId('block-more');

/**
 * Puts what the address says into the form, and answers it as an object. Values that do not exist
 * count as unset.
 */
export function readSettings() {
  const query = new URLSearchParams(location.search);
  for (const select of choices()) {
    const wanted = query.get(select.name);
    const known = [...select.options].some(option => option.value === wanted);
    for (const option of select.options) option.selected = known ? option.value === wanted : option.defaultSelected;
  }
  const names = query.getAll('block');
  const listed = blocked();
  for (const box of listed) box.checked = names.includes(box.value);
  more.value = names.filter(name => !listed.some(box => box.value === name)).join(', ');
  return settings();
}

/**
 * Reloads with the new settings when one that belongs to the client's options changes, and tells of
 * a new mood at once.
 */
export function onSettingsChange(onMood) {
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('change', event => {
    // The fragment brings the keyboard back to where it was.
    location.assign(address(event.target.id));
  });
  mood.addEventListener('change', () => {
    history.replaceState(null, '', address());
    onMood(mood.value);
  });
}

/** Focuses the control whose change caused this page to load. */
export function returnFocus() {
  const id = location.hash.slice(1);
  const control = id && form.elements.namedItem(id);
  if (!control) return;
  control.focus();
  history.replaceState(null, '', location.pathname + location.search);
}

/**
 * The options `consentry()` takes, from the settings. `minimize` makes a minimizer, where the settings
 * want one; `onRecord` takes the record of each decision.
 */
export function optionsOf(settings, minimize, onRecord, onError) {
  return {
    residency: settings.residency,
    geolocation: settings.geolocation === 'on',
    propertyBlacklist: settings.block,
    minimize: minimize?.(),
    consent: {
      default: settings.default,
      regime: settings.regime || undefined,
      purposes: settings.purposes.split(','),
      beforeDecision: settings.before,
      storage: settings.storage,
      gpc: settings.mode,
      policyVersion: settings.policy,
      language: document.documentElement.lang,
      onRecord,
    },
    batch: { flushIntervalMs: 3000 },
    onError,
  };
}

/** Global Privacy Control as the settings say; the browser's own unless simulated. */
export function simulateSignal(settings) {
  if (settings.gpc === 'real') return;
  Object.defineProperty(navigator, 'globalPrivacyControl', { value: settings.gpc === 'on', configurable: true });
}

function settings() {
  return { ...Object.fromEntries(choices().map(select => [select.name, select.value])), block: block() };
}

function block() {
  const names = blocked().filter(box => box.checked).map(box => box.value);
  const others = more.value.split(',').map(name => name.trim()).filter(Boolean);
  return [...new Set([...names, ...others])];
}

/** This page with the form's settings; only what differs from the defaults is spelled out. */
function address(fragment) {
  const query = new URLSearchParams();
  for (const select of choices()) {
    if (!select.selectedOptions[0]?.defaultSelected) query.set(select.name, select.value);
  }
  for (const name of block()) query.append('block', name);
  const text = query.toString();
  return location.pathname + (text && `?${text}`) + (fragment ? `#${fragment}` : '');
}
