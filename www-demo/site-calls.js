// "Use the site": the calls a real site would make, each with a sentence about what came of it.

import { byId, plural } from './elements.js';

const VISITOR = 'ana-42';
/** A purpose beside analytics, where the settings ask about it. */
const PERSONAL = 'personalization';
const outcome = byId('outcome');

/**
 * Wires the buttons. `tell` speaks in the page's polite live region; `after` looks at the panels
 * again.
 */
export function setUpCalls(client, settings, tell, after) {
  const plan = () => byId('event-plan').value;
  const name = () => byId('event-name').value.trim();

  /** What becomes of something recorded now. */
  const fate = (purpose = 'analytics') => {
    const status = client.consent.purposes[purpose];
    if (status === 'granted') return 'kept';
    return status === 'pending' && settings.before === 'hold' ? 'held' : 'dropped';
  };
  const because = purpose => `because ${purpose ?? 'the status'} is ${purpose ? client.consent.purposes[purpose] : client.consent.status}`;

  const recorded = (what, call, purpose) => {
    const became = fate(purpose);
    call();
    tell({
      kept: `${what}: kept, and sent with the next batch, ${because(purpose)}.`,
      held: `${what}: held in memory only, ${because(purpose)}. Sent if you accept, forgotten if you refuse.`,
      dropped: `${what}: dropped, ${because(purpose)}.`,
    }[became]);
  };

  const profile = (what, call) => {
    const waits = fate() === 'kept' && client.distinctId?.startsWith('$device:');
    if (!waits) return recorded(what, call);
    call();
    tell(`${what}: held in memory. A profile belongs to a named visitor, so it waits for “Name the visitor”.`);
  };

  /** Identity: it may be known to the page, but is stored only when granted. */
  const known = (what, call) => {
    const became = fate();
    call();
    tell(became === 'kept' ? `${what}: stored, ${because()}.` : `${what}: known to this page only, not stored and not sent, ${because()}.`);
  };

  const calls = {
    track() {
      if (name()) recorded(`“${name()}”`, () => client.track(name(), { plan: plan() }));
      else tell('An event needs a name.');
    },
    many() {
      recorded('20 events', () => {
        for (let number = 1; number <= 20; number += 1) client.track(name() || 'Clicked', { plan: plan(), number });
      });
    },
    suggest: () => recorded('A suggestion', () => client.track('Suggested', {}, { purpose: PERSONAL }), PERSONAL),
    async flush() {
      tell('Sending what is queued.');
      const said = outcome.textContent;
      const { sent, dropped, pending } = await client.flush();
      // Something newer was said meanwhile, a refusal for instance.
      if (outcome.textContent !== said) return;
      tell(`Sent ${sent}, dropped ${dropped}, still waiting ${pending}.${client.consent.status === 'granted' ? '' : ` Nothing is sent ${because()}.`}`);
    },
    identify: () => known(`The visitor is ${VISITOR}`, () => client.identify(VISITOR)),
    reset: () => known('The visitor is somebody new', () => client.reset()),
    register: () => known('“theme: calm” goes with every event', () => client.register({ theme: 'calm' })),
    'people-set': () => profile(`The visitor’s plan is ${plan()}`, () => client.people.set({ plan: plan() })),
    'people-increment': () => profile('One visit more', () => client.people.increment('visits', 1)),
    'group-set': () => recorded('Company acme', () => client.group('company', 'acme').set({ plan: plan() })),
  };

  byId('suggest').hidden = !(PERSONAL in client.consent.purposes);
  const run = async call => {
    await call();
    after();
  };
  byId('event-form').addEventListener('submit', event => {
    event.preventDefault();
    run(calls.track);
  });
  for (const button of document.querySelectorAll('[data-call]')) {
    button.addEventListener('click', () => run(calls[button.dataset.call]));
  }
}
