// The drop-in for mixpanel-browser: its names and answers, over the same core.
import { bytes } from './bytes.js';
import { isServer } from './generated/host.js';
import { master } from './mixpanel/master.js';
import { reason, start } from './runtime.js';

const mixpanel = master({ runtime: () => !isServer() && start(bytes), reason });

export default mixpanel;

export const {
  init, track, track_pageview, track_with_groups, track_links, track_forms, time_event, register, register_once, unregister,
  get_property, get_distinct_id, identify, alias, reset, name_tag, disable, enable, set_config, get_config, get_api_host,
  start_batch_senders, stop_batch_senders, flush, add_hook, remove_hook, push, report_error, get_group, set_group, add_group,
  remove_group, opt_in_tracking, opt_out_tracking, clear_opt_in_out_tracking, has_opted_in_tracking, has_opted_out_tracking,
  start_session_recording, stop_session_recording, pause_session_recording, resume_session_recording,
  get_session_recording_properties, get_session_replay_url, get_tab_id, is_recording_heatmap_data, people,
} = mixpanel;
