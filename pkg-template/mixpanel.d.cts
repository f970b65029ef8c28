// What `require('consentry/mixpanel')` gives: the primary instance itself, which is its own `default`.
import type primary from './mixpanel.js' with { 'resolution-mode': 'import' };

export type * from './mixpanel.js' with { 'resolution-mode': 'import' };

declare const mixpanel: typeof primary;
export default mixpanel;

// The methods of the primary instance by their names.
export declare const init: (typeof primary)['init'];
export declare const track: (typeof primary)['track'];
export declare const track_pageview: (typeof primary)['track_pageview'];
export declare const track_with_groups: (typeof primary)['track_with_groups'];
export declare const track_links: (typeof primary)['track_links'];
export declare const track_forms: (typeof primary)['track_forms'];
export declare const time_event: (typeof primary)['time_event'];
export declare const register: (typeof primary)['register'];
export declare const register_once: (typeof primary)['register_once'];
export declare const unregister: (typeof primary)['unregister'];
export declare const get_property: (typeof primary)['get_property'];
export declare const get_distinct_id: (typeof primary)['get_distinct_id'];
export declare const identify: (typeof primary)['identify'];
export declare const alias: (typeof primary)['alias'];
export declare const reset: (typeof primary)['reset'];
export declare const name_tag: (typeof primary)['name_tag'];
export declare const disable: (typeof primary)['disable'];
export declare const enable: (typeof primary)['enable'];
export declare const set_config: (typeof primary)['set_config'];
export declare const get_config: (typeof primary)['get_config'];
export declare const get_api_host: (typeof primary)['get_api_host'];
export declare const start_batch_senders: (typeof primary)['start_batch_senders'];
export declare const stop_batch_senders: (typeof primary)['stop_batch_senders'];
export declare const flush: (typeof primary)['flush'];
export declare const add_hook: (typeof primary)['add_hook'];
export declare const remove_hook: (typeof primary)['remove_hook'];
export declare const push: (typeof primary)['push'];
export declare const report_error: (typeof primary)['report_error'];
export declare const get_group: (typeof primary)['get_group'];
export declare const set_group: (typeof primary)['set_group'];
export declare const add_group: (typeof primary)['add_group'];
export declare const remove_group: (typeof primary)['remove_group'];
export declare const opt_in_tracking: (typeof primary)['opt_in_tracking'];
export declare const opt_out_tracking: (typeof primary)['opt_out_tracking'];
export declare const clear_opt_in_out_tracking: (typeof primary)['clear_opt_in_out_tracking'];
export declare const has_opted_in_tracking: (typeof primary)['has_opted_in_tracking'];
export declare const has_opted_out_tracking: (typeof primary)['has_opted_out_tracking'];
export declare const start_session_recording: (typeof primary)['start_session_recording'];
export declare const stop_session_recording: (typeof primary)['stop_session_recording'];
export declare const pause_session_recording: (typeof primary)['pause_session_recording'];
export declare const resume_session_recording: (typeof primary)['resume_session_recording'];
export declare const get_session_recording_properties: (typeof primary)['get_session_recording_properties'];
export declare const get_session_replay_url: (typeof primary)['get_session_replay_url'];
export declare const get_tab_id: (typeof primary)['get_tab_id'];
export declare const is_recording_heatmap_data: (typeof primary)['is_recording_heatmap_data'];
export declare const people: (typeof primary)['people'];
