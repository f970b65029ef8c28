// Consentry's demo page: reads the settings, makes the client, and connects it to the three
// columns. It keeps no state of its own in the browser: settings are in the address, everything
// else is gone with the page.

import { byId, say, time } from './elements.js';
import { onSettingsChange, optionsOf, readSettings, returnFocus, simulateSignal } from './settings.js';
import { onRefused, standIn } from './stand-in-network.js';
import * as collector from './collector.js';
import { setUpChoice } from './choice.js';
import { setUpDevice } from './device-panel.js';
import { keepRecord, setUpRecords } from './records-panel.js';
import { setUpRequests } from './requests-panel.js';
import { setUpCalls } from './site-calls.js';
import { logError } from './error-log.js';

const TOKEN = 'demo-token';

const settings = readSettings();
const requests = setUpRequests();
const tell = text => say(byId('outcome'), `${time(Date.now())}  ${text}`);

// Before the package is even loaded: the network it will meet, and the signal it will read.
standIn(requests.started);
simulateSignal(settings);
onRefused((directive, address) => logError({ code: 'refused_by_page_policy', message: `The page's ${directive} refused`, about: address }));

const linkSecondTab = () => { byId('second-tab').href = location.pathname + location.search; };
linkSecondTab();
onSettingsChange(mood => {
  collector.setMood(mood);
  linkSecondTab();
});
await collector.setMood(settings.mood).catch(() => {});

const wanted = settings.minimize === 'on' ? ['index', 'minimize'] : ['index'];
const entries = await Promise.all(wanted.map(entry => import(`./pkg/${entry}.js`))).catch(error => {
  withoutClient(`The package could not be loaded: ${error.message}. Build it with “cargo xtask build”, or run “cargo xtask demo”.`);
});
if (entries) make(Object.assign({}, ...entries));

/** Options that make no sense are refused with an error; the settings stay usable. */
function make({ consentry, minimize }) {
  try {
    start(consentry(TOKEN, optionsOf(settings, minimize, keepRecord, logError)));
  } catch (error) {
    logError(error);
    withoutClient('The SDK refused these settings, so there is no client, and nothing is recorded. See “What went wrong”.');
    returnFocus();
  }
}

function start(client) {
  const drawChoice = setUpChoice(client, settings, tell, () => refresh());
  const look = setUpDevice(TOKEN);
  const drawRecords = setUpRecords(client);
  let seen = fingerprint(client.consent);
  /**
   * Looks at everything again; a status that began is marked at once, in the order of what
   * happened.
   */
  const refresh = () => {
    const { consent } = client;
    if (fingerprint(consent) !== seen) {
      seen = fingerprint(consent);
      requests.statusBegan(consent);
    }
    drawChoice();
    drawRecords();
    look();
  };
  setUpCalls(client, settings, tell, refresh);

  client.onConsentChange(refresh);
  setInterval(refresh, 500);
  refresh();

  collector.watch({
    onEntry: requests.entry,
    onCleared: requests.cleared,
    onState: reachable => (reachable ? byId('broken').hidden = true : broken('The local collector does not answer. Trying again.')),
  });
  byId('clear').addEventListener('click', () => collector.clear(byId('mood').value));
  returnFocus();
}

function fingerprint({ status, decidedAt, purposes }) {
  return `${status} ${decidedAt} ${Object.values(purposes)}`;
}

function withoutClient(text) {
  say(byId('status-word'), 'No client');
  document.querySelector('.you').inert = true;
  broken(text);
}

function broken(text) {
  const notice = byId('broken');
  notice.hidden = false;
  say(notice, text);
}
