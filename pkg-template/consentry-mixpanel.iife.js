// The drop-in for a `<script>` tag, in the place of what mixpanel-browser's snippet loads.
import { bytes } from './bytes.js';
import { isServer } from './generated/host.js';
import { master } from './mixpanel/master.js';
import { load } from './mixpanel/snippet.js';
import { reason, start } from './runtime.js';

const make = () => master({ runtime: () => !isServer() && start(bytes), reason });

load(make);
