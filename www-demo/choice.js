// Column 1: the banner and the status card. The banner is part of the page, not a dialog: it takes
// no focus by itself and holds none back.

import { byId, element, say } from './elements.js';
import { setUpManager } from './manager.js';
import * as words from './status-words.js';

/** The question as this page asks it; where an element or a consent manager asks it stays hidden. */
const banner = byId('banner');
const change = byId('change');
const forget = byId('forget');
const erase = byId('erase');
const title = byId('banner-title');

/**
 * Whether the visitor should be asked without being sought out: nobody decided, or the decision no
 * longer counts.
 */
const mustAsk = ({ status, source }) => status === 'pending' || source === 'default';

/** Whether there is a decision of the visitor, be it one that no longer counts. */
const isChosen = ({ source, persisted }) => persisted || source === 'visitor' || source === 'fault';

/**
 * Wires the buttons. `tell` is the page's polite voice, `refresh` looks at every panel again.
 * Answers what draws this column.
 */
export function setUpChoice(client, settings, tell, refresh) {
  let reopened = false;
  const asks = { element: setUpElement, manager: setUpFollowed }[settings.ask]?.(client, tell, refresh);

  const draw = () => {
    const { consent } = client;
    drawButtons(consent, reopened, asks);
    drawStatus(consent, client.distinctId, settings);
  };

  const decided = (act, text) => {
    const result = act();
    reopened = false;
    refresh();
    tell(text(result ?? client.consent));
  };

  byId('accept').addEventListener('click', () => decided(
    () => client.optIn({ via: 'banner' }),
    ({ status, persisted }) => {
      if (status !== 'granted') return 'Your browser’s signal is enforced on this site, so accepting changed nothing.';
      return persisted ? 'You accepted. Your decision is stored.' : 'You accepted, for this page only: the decision could not be stored.';
    },
  ));
  byId('refuse').addEventListener('click', () => decided(() => client.optOut({ via: 'banner' }), refused));
  forget.addEventListener('click', () => decided(
    () => client.resetConsent(),
    () => 'Your decision is forgotten, and everything kept under it. Nobody has chosen.',
  ));
  erase.addEventListener('click', () => {
    const named = !client.distinctId?.startsWith('$device:');
    decided(
      () => client.optOut({ deleteProfile: true, via: 'banner' }),
      result => {
        if (!named) return `${refused(result)} There was no profile to erase: nobody was named.`;
        const rest = refused(result);
        result.deleted.then(done => tell(`${done ? 'The server confirmed that your profile is deleted.' : 'The server did not confirm the deletion.'} ${rest}`));
        return `One request to delete your profile was sent. ${rest}`;
      },
    );
  });
  change.addEventListener('click', () => {
    if (asks) return asks.open();
    reopened = !reopened;
    draw();
    if (reopened) title.focus();
  });

  return draw;
}

/** Puts `<consentry-banner>` on the page, which asks by itself. */
function setUpElement(client, tell, refresh) {
  const asks = element('consentry-banner', { 'policy-url': '#honesty' });
  asks.client = client;
  asks.addEventListener('consentry-decision', ({ detail: { choice, purposes } }) => {
    refresh();
    tell({
      accept: 'You accepted, in the banner.',
      refuse: 'You refused, in the banner. Only your decision is left on this device.',
      save: purposes.length ? `You agreed to ${purposes.join(' and ')}.` : 'You agreed to nothing.',
    }[choice]);
  });
  document.body.append(asks);
  import('./pkg/banner.js').catch(error => tell(`The banner could not be loaded: ${error.message}`));
  return asks;
}

/** Follows a consent manager, which asks by itself. */
function setUpFollowed(client, tell) {
  const started = setUpManager(client, tell);
  started.catch(error => tell(`The consent manager could not be started: ${error.message}`));
  return { open: () => started.then(reopen => reopen()) };
}

const refused = ({ persisted }) =>
  (persisted ? 'You refused. Only your decision is left on this device.' : 'You refused. It holds for this page, but could not be stored.');

/**
 * Shows the banner and the buttons that make sense now, and never lets the focus fall off the page.
 */
function drawButtons(consent, reopened, asks) {
  const focused = document.activeElement;
  const asking = mustAsk(consent);
  banner.hidden = !!asks || (!asking && !reopened);
  change.hidden = asking && !asks;
  say(change, isChosen(consent) ? 'Change my mind' : 'Decide here');
  change.setAttribute('aria-expanded', String(!banner.hidden));
  forget.hidden = !isChosen(consent);
  erase.hidden = consent.status !== 'granted';
  if (focused?.closest('[hidden]')) (change.hidden ? title : change).focus();
}

function drawStatus(consent, distinctId, settings) {
  document.documentElement.dataset.status = consent.status;
  say(byId('status-word'), words.word(consent));
  say(byId('tally-status'), words.word(consent));
  say(byId('status-why'), words.why(consent));
  say(byId('status-sentence'), words.sentence(consent, settings));
  const meters = words.meters(consent, settings);
  for (const [name, [text, state]] of Object.entries(meters)) {
    const meter = byId(`meter-${name}`);
    say(meter, text);
    meter.dataset.state = state;
  }
  drawGate('gate-store', meters.stored[1], { open: 'open', part: consent.status === 'pending' ? 'closed' : 'decision only', shut: 'closed' });
  drawGate('gate-send', meters.sent[1], { open: 'open', part: 'in part', shut: 'closed' });
  drawFacts(words.facts(consent, distinctId));
}

function drawGate(id, state, names) {
  const gate = byId(id);
  gate.dataset.state = state;
  say(gate.firstElementChild, names[state]);
}

let drawnFacts = '';

/** Drawn again only when something changed: this runs twice a second. */
function drawFacts(rows) {
  const text = JSON.stringify(rows);
  if (text === drawnFacts) return;
  drawnFacts = text;
  byId('facts').replaceChildren(...rows.map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, value))));
}
