// The native API for a `<script>` tag. A page may have put functions into a list of that name before:
// each is called with the function that makes a client.
import { soon } from './generated/host.js';
import { tell } from './safe.js';
import { consentry } from './index.js';

const waiting = Array.isArray(window.consentry) ? window.consentry : [];
const make = (token, options) => consentry(token, options);
make.push = act => void soon(() => tell(act, make));
window.consentry = make;
waiting.forEach(make.push);
