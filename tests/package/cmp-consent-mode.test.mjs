// Google Consent Mode: read, and written.
import assert from 'node:assert/strict';
import { inEngines } from './support/lab.mjs';
import { act, arrive, attach, comes, consent, faults, followsIn, survives, untouched } from './support/managers.mjs';

const name = 'consentMode';

inEngines((lab, check) => {
  followsIn(lab, check, name);
  survives(lab, check, name, ['wrong types']);
}, ['chromium', 'firefox']);
