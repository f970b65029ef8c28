// Features that answer without being there: recording, flags, what is deprecated.
import { fn, get, init, scenario, wait } from '../words.mjs';

const fallback = { key: 'off', value: 7 };

export default [
  scenario('flags are not ready', [init(), ['flags.are_flags_ready']]),
  scenario('a flag now', [init(), ['flags.get_variant_sync', 'f', fallback], ['flags.get_variant_value_sync', 'f', 9], ['flags.is_enabled_sync', 'f'], ['flags.is_enabled_sync', 'f', true]]),
  scenario('a flag later', [init(), ['flags.get_variant', 'f', fallback], ['flags.get_variant_value', 'f', 9], ['flags.is_enabled', 'f'], ['flags.is_enabled', 'f', true], wait(10)]),
  scenario('every flag', [init(), ['flags.get_all_variants_sync'], ['flags.get_all_variants'], wait(10)]),
  scenario('recording', [init(), ['stop_session_recording'], ['get_session_recording_properties'], ['get_session_replay_url'], ['is_recording_heatmap_data'], wait(10)]),
  scenario('pausing a recording', [init(), ['pause_session_recording'], ['resume_session_recording'], wait(10)]),
  scenario('options of what is not there', [init({ record_sessions_percent: 0, record_mask_inputs: false, flags: false, autocapture: false, remote_settings_mode: 'disabled' }), ['track', 'A']]),
  scenario('options that are dead', [init({ autotrack: true, disable_notifications: true, inapp_protocol: '//', inapp_link_new_window: true }), ['track', 'A'], ['get_config', 'inapp_protocol']]),
  scenario('a test', [init({ test: true, batch_requests: false }), ['track', 'A', {}, fn('heard')], wait(10)]),
  scenario('the utilities', [init(), get('_.info.browser'), get('__SV')]),
  scenario('the store by its old name', [init(), ['register', { a: 1 }], get('persistence.props.a'), get('cookie.props.a')]),
  scenario('a tab', [init(), ['track', 'A'], ['get_property', 'mp_tab_id']]),
];
