// The records of the visitor's decisions: how many there are, how many of them the site's server has,
// and all of them as a file.

import { byId, plural, say } from './elements.js';

/** Hands a record to this site's own server, which keeps one of each id. */
export const keepRecord = record => fetch('/_collector/consent-records', { method: 'PUT', body: JSON.stringify(record) });

/** Answers a function that draws what there is now. */
export function setUpRecords(client) {
  const file = byId('records-file');
  let drawn;
  return () => {
    const records = client.consentHistory();
    const text = JSON.stringify(records, null, 2);
    if (text === drawn) return;
    drawn = text;
    byId('records').hidden = records.length === 0;
    const taken = records.filter(({ kept }) => kept).length;
    say(byId('records-words'), `${plural(records.length, 'record')} of what you decided, ${taken} at this site’s server.`);
    file.href = `data:application/json,${encodeURIComponent(text)}`;
  };
}
