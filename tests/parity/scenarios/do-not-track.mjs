// The browser's own wish.
import { flagKey, fn, init, page, scenario, stored } from '../words.mjs';

const asked = [['has_opted_in_tracking'], ['has_opted_out_tracking']];
const steps = [init(), ...asked, ['track', 'A', {}, fn('heard')], ['people.set', 'a', 1, fn('heard')]];
const wish = (name, value) => ({ navigator: { [name]: value } });

export default [
  scenario('a one as text', steps, wish('doNotTrack', '1')),
  scenario('a one', steps, wish('doNotTrack', 1)),
  scenario('yes', steps, wish('doNotTrack', 'yes')),
  scenario('true', steps, wish('doNotTrack', true)),
  scenario('a zero', steps, wish('doNotTrack', '0')),
  scenario('unspecified', steps, wish('doNotTrack', 'unspecified')),
  scenario('another spelling of yes', steps, wish('doNotTrack', 'Yes')),
  scenario('in the window', steps, wish('windowDoNotTrack', '1')),
  scenario('under its old name', steps, wish('msDoNotTrack', '1')),
  scenario('ignored', [init({ ignore_dnt: true }), ...asked, ['track', 'A', {}, fn('heard')]], wish('doNotTrack', '1')),
  scenario('against a choice', [init(), ['opt_in_tracking'], ...asked, ['track', 'A', {}, fn('heard')], stored], wish('doNotTrack', '1')),
  scenario('against a stored choice', [init(), ...asked, ['track', 'A']], { ...wish('doNotTrack', '1'), before: { local: { [flagKey]: '1' } } }),
  scenario('ignored by one question', [init(), ['has_opted_out_tracking', { ignore_dnt: true }]], wish('doNotTrack', '1')),
  scenario('super properties', [init(), ['register', { a: 1 }], ['get_property', 'a'], page(), init(), ['get_property', 'a']], wish('doNotTrack', '1')),
];
