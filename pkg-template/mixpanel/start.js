// How an instance begins: the client behind it, and what mixpanel-browser left here.
import { DENIED, GRANTED, SIGNAL } from '../generated/names.js';
import { create } from '../client.js';
import { NOWHERE, options } from './config.js';
import { adoptQueues, removeQueues, removeTraces } from './left.js';

/** The client, without options that it does not take: a page that worked goes on. */
export function startClient(token, config, oldRefusal, start, report, extend) {
  const make = all => create(start.runtime(), token, { ...all, onError: report }, start.reason, undefined, extend);
  const all = options(config, oldRefusal);
  for (;;) {
    try {
      return make(all);
    } catch (error) {
      report(error);
      if (error.code === 'invalid_token') {
        token = 'none';
        all.consent = { default: 'denied' };
      } else if (/^(apiHost|routes)/.test(error.about)) {
        all.apiHost = NOWHERE;
        delete all.routes;
      } else if (/^anonymizeIds/.test(error.about)) {
        // No id is taken then, rather than one of somebody's own.
        all.anonymizeIds = { salt: 'none', hashId: () => { throw error; } };
      } else if (/^minimize/.test(error.about)) {
        // No property is taken then, rather than a personal one.
        all.minimize = { json: () => { throw error; } };
      } else if (!remove(all, error.about)) all.consent = { default: 'denied' };
    }
  }
}

/** Takes an option out, by its name with dots; false where it is not there. */
function remove(all, path) {
  const parts = ('' + path).split('.');
  const last = parts.pop();
  const group = parts.reduce((object, part) => Object(object)[part], all);
  return !!group && group[last] !== undefined && delete group[last];
}

/** Takes over the queues of mixpanel-browser, or removes them where the visitor refused. */
export async function takeOver({ token, name }, client, adopt, report) {
  const { status, source } = client.consent;
  if (status === DENIED && source !== 'default') {
    if (source !== SIGNAL || client.consent.status === DENIED) removeQueues(token);
    removeTraces(token, name);
    return;
  }
  if (!(await client.ready) || client.consent.status !== GRANTED) return;
  const take = (...record) => client.consent.status === GRANTED && adopt(...record);
  await adoptQueues(token, take).catch(error => report('what was left could not be read', error));
}
