// Plays the steps of one page of a scenario, and notes what the library answered.
(() => {
  const { clock, network, scenario, script, read, show } = window.parity;
  const calls = [];
  const answers = {};
  const messages = [];
  let current = null;
  let number = window.parity.firstStep;

  for (const level of ['log', 'info', 'warn', 'error']) {
    const original = console[level].bind(console);
    console[level] = (...given) => {
      messages.push({ level, during: current, about: given.map(one => String(one)).join(' ') });
      original(...given);
    };
  }
  window.addEventListener('error', event => window.parity.uncaught.push(String(event.error?.name ?? event.message)));
  window.addEventListener('unhandledrejection', event => {
    window.parity.uncaught.push('rejection');
    event.preventDefault();
  });
  HTMLFormElement.prototype.submit = function () {
    calls.push({ name: 'form.submit', at: clock.now(), during: current, given: [] });
  };

  const primary = () => (script ? window.mixpanel : window.library);
  const context = () => ({ library: primary(), call, during: () => current, calls });

  /** The object a step is about: the library, a named instance, or a group. */
  function subject({ on, group }) {
    const instance = on ? primary()[on] : primary();
    return group ? instance.get_group(...read(group, context())) : instance;
  }

  /** Calls the library. Answers what it answered, or that it threw. */
  function call(step) {
    const { call: [path, ...given] = [], ...about } = Array.isArray(step) ? { call: step } : step;
    try {
      const names = path.split('.');
      const last = names.pop();
      const target = names.reduce((value, name) => value[name], subject(about));
      return { answer: target[last](...read(given, context())) };
    } catch (error) {
      return { threw: error?.name ?? String(error) };
    }
  }

  function property({ get, ...about }) {
    try {
      return get.split('.').reduce((value, name) => value[name], subject(about));
    } catch (error) {
      return error;
    }
  }

  /** An event at an element. Answers whether the library prevented what the browser would do. */
  function happens(selector, event) {
    let prevented;
    // No scenario leaves the page.
    document.addEventListener(
      event.type,
      ours => {
        prevented = ours.defaultPrevented;
        ours.preventDefault();
      },
      { once: true },
    );
    document.querySelector(selector).dispatchEvent(event);
    return { prevented };
  }

  const cancelable = { bubbles: true, cancelable: true };
  const click = ({ click, ...how }) => happens(click, new MouseEvent('click', { ...cancelable, ...how }));
  const submit = ({ submit }) => happens(submit, new Event('submit', cancelable));

  const original = Object.getOwnPropertyDescriptors(Document.prototype);
  const seen = { visibilityState: original.visibilityState, hidden: original.hidden };
  const changed = () => document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));

  function hide() {
    const hidden = value => ({ ...seen.hidden, get: () => value });
    Object.defineProperties(Document.prototype, { visibilityState: hidden('hidden'), hidden: hidden(true) });
    changed();
  }

  function reappear() {
    Object.defineProperties(Document.prototype, seen);
    changed();
  }

  const actions = {
    wait: ({ wait }) => clock.advance(wait, network.rest),
    click,
    submit,
    hide,
    show: reappear,
    body: ({ body }) => void (document.body.innerHTML = body),
    go: ({ go }) => history.pushState({}, '', go),
    replace: ({ replace }) => history.replaceState({}, '', replace),
    hash: async ({ hash }) => {
      location.hash = hash;
      await clock.turn(20);
    },
    store: ({ store: [name, value] }) => localStorage.setItem(name, value),
    forget: ({ forget }) => localStorage.removeItem(forget),
    dispatch: ({ dispatch }) => window.dispatchEvent(new Event(dispatch)),
    get: step => ({ answer: property(step) }),
    stored: () => ({ answer: window.parity.kept() }),
  };

  async function play(step) {
    const action = Array.isArray(step) ? undefined : Object.keys(actions).find(name => name in step);
    const label = action ? JSON.stringify(step) : JSON.stringify(Array.isArray(step) ? step[0] : step.call[0]);
    current = `${++number} ${label.slice(0, 60)}`;
    const outcome = action ? await actions[action](step) : call(step);
    if (outcome?.answer && typeof outcome.answer.then === 'function') {
      const name = current;
      const promise = outcome.answer;
      network.promises.add(promise);
      const over = () => network.promises.delete(promise);
      promise.then(over, over);
      promise.then(
        value => calls.push({ name: `promise of ${name}`, at: clock.now(), during: null, given: [show(value)] }),
        () => calls.push({ name: `rejection of ${name}`, at: clock.now(), during: null, given: [] }),
      );
    }
    if (outcome) answers[current] = 'threw' in outcome ? { threw: outcome.threw } : show('answer' in outcome ? outcome.answer : outcome);
    current = null;
  }

  const contents = name => {
    try {
      return Object.fromEntries(Object.keys(window[name]).map(key => [key, window[name].getItem(key)]));
    } catch {
      return {};
    }
  };
  window.parity.kept = () => ({
    cookies: document.cookie.split('; ').filter(Boolean),
    local: contents('localStorage'),
    session: contents('sessionStorage'),
  });

  /** Plays the page's steps. Answers everything that was seen, as JSON. */
  window.parity.play = async () => {
    const page = scenario.pages[window.parity.page];
    if (script) {
      const loaded = window.parity.stub();
      for (const step of page.stub ?? []) await play(step);
      await loaded;
    }
    for (const step of page.steps) await play(step);
    await clock.advance(page.rest, network.rest);
    return JSON.stringify({
      answers,
      calls,
      messages,
      uncaught: window.parity.uncaught,
      forms: network.forms,
      headers: network.headers,
      elapsed: clock.now(),
      steps: number,
      address: location.href,
      ...window.parity.kept(),
    });
  };
})();
