// <consentry-banner>: asks where the client says that nobody decided, and stays out of the way
// otherwise.
import { guarded } from '../safe.js';
import { panel, reopener } from './panel.js';
import { asked, carryOut, isGranted } from './purposes.js';
import { dress, lockScroll } from './style.js';
import { fingerprint, languageAt, languageOf, replaced, wordsIn } from './words.js';

const NAME = 'consentry-banner';
const statuses = ['pending', 'granted', 'denied'];

/** Whether a boolean attribute is there; frameworks write `false` for one that is not. */
const has = (host, name) => host.hasAttribute(name) && host.getAttribute(name) !== 'false';

/** The address of the policy, if it is one that a visitor can go to. */
function policyOf(host) {
  const address = host.getAttribute('policy-url');
  try {
    if (address && /^https?:$/.test(new URL(address, document.baseURI).protocol)) return address;
  } catch {}
}

/** A text that tells one view from another; JSON would ask the page's `toJSON`. */
const signature = value => (Object(value) === value ? Object.entries(value).map(([name, one]) => `${name}\0${signature(one)}`).join('\0') : '' + value);

/** What the visitor decides by: the texts of a view, in the order in which they stand there. */
const seen = ({ words, names, policy, signal, optOut }) => [
  words.title, optOut ? words.optOut : words.text, signal && words.signal, policy && words.policy, policy, words.details,
  names.map(name => [name, words.purposes[name]]), words.save, words.refuse, words.accept,
];

/** What stands behind one element. `files` has the languages. */
function banner(host, files) {
  const root = host.attachShadow({ __proto__: null, mode: 'open' });
  dress(root);
  /** What a style sheet of the page can ask for, where the browser has that. */
  const states = host.attachInternals?.().states;
  let client;
  let texts;
  let stopListening = () => {};
  let unlock = () => {};
  /** The visitor wants to change the decision, or does not want to make one on this page. */
  let reopened = false;
  let dismissed = false;
  let expanded = false;
  let chosen = new Set();
  /** The words of the last language that was there. */
  let spoken;
  /** What is shown, as a text that tells one view from another, and its elements. */
  let shown = signature();
  let view;
  let current;
  /** What had the focus when the page called `open()`. */
  let before;

  /** What there is to show, or nothing. */
  function look() {
    const consent = client?.consent;
    if (!host.isConnected || !statuses.includes(consent?.status)) return;
    const language = languageAt(host, files);
    const found = wordsIn(language, files, own.update);
    // While its file is on its way, what was said before stays.
    if (found) spoken = { found, lang: languageOf(found, language) };
    if (!spoken) return;
    const asks = consent.status === 'pending' && !dismissed;
    const open = asks || reopened;
    return {
      words: replaced(spoken.found, texts),
      // Words of the site's own are in the page's language.
      lang: texts ? undefined : spoken.lang,
      names: asked(consent, host.getAttribute('purposes')),
      policy: policyOf(host),
      signal: consent.source === 'signal',
      optOut: consent.source === 'default' && consent.status === 'granted',
      open,
      reopened: open && !asks,
      modal: has(host, 'modal'),
      locks: open && has(host, 'lock-scroll'),
    };
  }

  function render() {
    const wasOpen = view?.open;
    const active = root.activeElement;
    const focused = active && (active.id ? '#' + active.id : `[part=${active.getAttribute('part')}]`);
    const old = current?.dialog;
    view = own.look();
    const text = signature(view);
    if (text === shown) return;
    shown = text;
    current = undefined;
    unlock();
    unlock = view?.locks ? lockScroll() : () => {};
    if (view?.open && !wasOpen) {
      chosen = new Set(view.names.filter(name => isGranted(client.consent, name)));
      expanded = view.reopened;
    }
    if (view?.open) {
      current = panel(view, expanded, chosen, own);
      current.expand(expanded);
      current.dialog.addEventListener('keydown', own.pressed);
      current.dialog.addEventListener('cancel', own.cancelled);
      current.dialog.addEventListener('close', own.ended);
    }
    // A modal one gives the focus back when it is closed, not when it is removed.
    if (old?.open) old.close();
    old?.remove();
    root.querySelector('section')?.remove();
    if (view) root.append(current?.dialog ?? reopener(view, own.open));
    if (current) view.modal ? current.dialog.showModal() : (current.dialog.open = true);
    if (view?.modal && current && !focused) current.dialog.focus();
    announce(!!current);
    if (focused) refocus(focused, wasOpen && !current);
  }

  function announce(isOpen) {
    try {
      isOpen ? states.add('open') : states.delete('open');
    } catch {} // Chromium before 125 wants dashes in the name
  }

  /** The focus stays with what had it, or goes where the visitor came from. */
  function refocus(selector, isClosed) {
    const back = isClosed && before?.isConnected ? before : root.querySelector(isClosed ? '.reopen' : selector);
    (back ?? current?.dialog)?.focus();
    if (isClosed) before = undefined;
  }

  function decided(choice, purposes) {
    carryOut(client, purposes, { language: view.lang, policyFingerprint: fingerprint(signature(seen(view))) });
    reopened = dismissed = false;
    own.update();
    const detail = { choice, purposes, consent: client.consent };
    host.dispatchEvent(new CustomEvent('consentry-decision', { __proto__: null, bubbles: true, composed: true, detail }));
  }

  /** Closes what the visitor opened, without a decision. Answers whether there was something. */
  function closed() {
    if (!view?.open) return false;
    if (expanded && !view.reopened) {
      current.expand((expanded = false));
      root.querySelector('.details').focus();
      return true;
    }
    if (!view.reopened && !view.modal) return false;
    dismissed = !view.reopened;
    reopened = false;
    own.update();
    return true;
  }

  const own = guarded(
    {
      look,
      update: render,
      changed() {
        reopened = dismissed = false;
        render();
      },
      accept: () => decided('accept', view.names),
      refuse: () => decided('refuse', []),
      save: () => decided('save', view.names.filter(name => chosen.has(name))),
      details: () => current.expand((expanded = !expanded)),
      close: () => void closed(),
      open() {
        const { activeElement, body } = document;
        before = [host, body].includes(activeElement) ? undefined : activeElement;
        reopened = true;
        dismissed = false;
        render();
        current?.dialog.focus();
      },
      pressed(event) {
        if (event.key !== 'Escape' || !closed()) return;
        event.preventDefault();
        event.stopPropagation();
      },
      /** The back gesture of a phone. */
      cancelled(event) {
        event.preventDefault();
        closed();
      },
      /** The browser closed it without asking. */
      ended({ target }) {
        if (target !== current?.dialog || target.open) return;
        expanded = false;
        closed();
      },
      /** What has the focus in the page is not left under the panel. */
      uncover({ target }) {
        if (!current || view.modal || target === host) return;
        const over = current.dialog.getBoundingClientRect();
        const { top, bottom, left, right, height } = target.getBoundingClientRect();
        const covered = bottom > over.top && top < over.bottom && right > over.left && left < over.right;
        if (covered && height < over.top) scrollBy(0, bottom - over.top + 16);
      },
      listen() {
        stopListening();
        stopListening = () => {};
        if (host.isConnected && client) stopListening = guardedStop(client.onConsentChange(own.changed));
      },
      connected() {
        own.listen();
        document.addEventListener('focusin', own.uncover);
        own.update();
      },
      disconnected() {
        own.listen();
        document.removeEventListener('focusin', own.uncover);
        reopened = false;
        own.update();
      },
      takeClient(given) {
        if (given === client) return;
        client = given;
        reopened = dismissed = false;
        own.listen();
        own.update();
      },
      takeTexts(given) {
        texts = given ?? undefined;
        own.update();
      },
    },
    name => console.warn(`<${NAME}>: ${name} failed; see that its client is one of Consentry`),
  );
  return { own, client: () => client, texts: () => texts };
}

const guardedStop = stop => () => typeof stop === 'function' && stop();

/** Defines the element, unless another copy has. */
export function define(files) {
  if (typeof HTMLElement !== 'function' || typeof customElements !== 'object' || customElements.get(NAME)) return;
  const behind = new WeakMap();
  const of = host => behind.get(host).own;

  class ConsentryBanner extends HTMLElement {
    static get observedAttributes() {
      return ['lang', 'policy-url', 'purposes', 'modal', 'lock-scroll'];
    }
    constructor() {
      super();
      behind.set(this, banner(this, files));
      // What a page set before the element was defined hides the accessors.
      for (const name of ['client', 'texts']) {
        if (!Object.prototype.hasOwnProperty.call(this, name)) continue;
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    connectedCallback() {
      of(this).connected();
    }
    disconnectedCallback() {
      of(this).disconnected();
    }
    attributeChangedCallback() {
      of(this).update();
    }
    get client() {
      return behind.get(this).client();
    }
    set client(given) {
      of(this).takeClient(given);
    }
    get texts() {
      return behind.get(this).texts();
    }
    set texts(given) {
      of(this).takeTexts(given);
    }
    open() {
      of(this).open();
    }
    close() {
      of(this).close();
    }
  }
  try {
    customElements.define(NAME, ConsentryBanner);
  } catch {} // a page may have closed its registry
}
