// Where the identity store is, and how the cookie is written.
import { identityKey, init, page, scenario, stored, token, wait } from '../words.mjs';

const state = JSON.stringify({ distinct_id: '$device:d1', $device_id: 'd1', plan: 'pro' });
const used = [['register', { a: 1 }], ['track', 'A']];

export default [
  scenario('a cookie', [init(), ...used]),
  scenario('localStorage', [init({ persistence: 'localStorage' }), ...used, stored]),
  scenario('localStorage on the next page', [init({ persistence: 'localStorage' }), ...used, page(), init({ persistence: 'localStorage' }), ['track', 'B']]),
  scenario('a store nobody knows', [init({ persistence: 'paper' }), ...used]),
  scenario('a name of one\u2019s own', [init({ persistence_name: 'shop' }), ...used]),
  scenario('a name in the old spelling', [init({ cookie_name: 'shop' }), ...used]),
  scenario('a name in localStorage', [init({ persistence: 'localStorage', persistence_name: 'shop' }), ...used]),
  scenario('thirty days', [init({ cookie_expiration: 30 }), ...used]),
  scenario('a session', [init({ cookie_expiration: 0 }), ...used]),
  scenario('this host alone', [init({ cross_subdomain_cookie: false }), ...used], { subdomain: 'www.' }),
  scenario('every host of the site', [init(), ...used], { subdomain: 'www.' }),
  scenario('a secure cookie', [init({ secure_cookie: true }), ...used], { secure: true }),
  scenario('a secure cookie on a plain page', [init({ secure_cookie: true }), ...used]),
  scenario('across sites', [init({ cross_site_cookie: true }), ...used], { secure: true }),
  scenario('on a secure page', [init(), ...used], { secure: true }),
  scenario('disabled', [init({ disable_persistence: true }), ...used, ['get_property', 'a']]),
  scenario('disabled in the old spelling', [init({ disable_cookie: true }), ...used]),
  scenario('disabled with something there', [init({ disable_persistence: true }), ['get_distinct_id'], ...used], { before: { cookies: { [identityKey]: state } } }),
  scenario('disabled without batches', [init({ disable_persistence: true, batch_requests: false }), ...used]),
  scenario('from a cookie to localStorage', [init({ persistence: 'localStorage' }), ['get_property', 'plan'], ['get_distinct_id'], ...used], { before: { cookies: { [identityKey]: state } } }),
  scenario('from localStorage to a cookie', [init(), ['get_property', 'plan'], ['get_distinct_id'], ...used], { before: { local: { [identityKey]: state } } }),
  scenario('both are there', [init({ persistence: 'localStorage' }), ['get_distinct_id'], ['get_property', 'plan'], ...used], {
    before: { cookies: { [identityKey]: state }, local: { [identityKey]: JSON.stringify({ distinct_id: 'u2', plan: 'free' }) } },
  }),
  scenario('cookies of both widths', [init(), ['get_distinct_id'], ...used], {
    subdomain: 'www.',
    before: { cookies: { [identityKey]: state }, wideCookies: { [identityKey]: JSON.stringify({ distinct_id: 'wide' }) } },
  }),
  scenario('a cookie of the whole site', [init(), ['get_distinct_id'], ...used], { subdomain: 'www.', before: { wideCookies: { [identityKey]: state } } }),
  scenario('changed while it runs', [init(), ...used, ['set_config', { persistence: 'localStorage' }], ['register', { b: 1 }], stored]),
  scenario('another expiry while it runs', [init(), ...used, ['set_config', { cookie_expiration: 30 }]]),
  scenario('a wider cookie while it runs', [init({ cross_subdomain_cookie: false }), ...used, ['set_config', { cross_subdomain_cookie: true }], ['register', { b: 1 }]], { subdomain: 'www.' }),
  scenario('disabled while it runs', [init(), ...used, ['set_config', { disable_persistence: true }], ['register', { b: 1 }]]),
  scenario('two names of one project', [init({ persistence_name: 'one' }), init({ persistence_name: 'two' }, 'second'), ['register', { a: 1 }], { on: 'second', call: ['get_property', 'a'] }]),
  scenario('a large store', [init(), ['register', { big: 'x'.repeat(2000) }], ['track', 'A']]),
  scenario('a store that outgrows a cookie', [init(), ['register', { big: 'x'.repeat(5000) }], ['get_property', 'big'], ['track', 'A']]),
  scenario('the names of the session', [init(), init({}, 'second'), wait(1), stored]),
  scenario('without localStorage', [init(), ...used], { blocked: ['localStorage'] }),
  scenario('a legacy upgrade', [init({ upgrade: true }), ['get_distinct_id']], { before: { cookies: { [`mp_super_properties`]: JSON.stringify({ all: { old: 1 }, events: {} }), [`mp_${token}`]: 'x' } } }),
];
