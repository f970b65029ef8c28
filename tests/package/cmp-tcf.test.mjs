// IAB TCF, with the IAB's own library.
import assert from 'node:assert/strict';
import { bundledLibs, sources } from './support/libs.mjs';
import { inEngines } from './support/lab.mjs';
import { act, arrive, attach, catchesLies, comes, consent, faults, followsIn, survives, untouched } from './support/managers.mjs';

const name = 'tcf';
const libs = await bundledLibs({ tcf: sources.tcf });

inEngines((lab, check) => {
  followsIn(lab, check, name);
  survives(lab, check, name, ['throws', 'wrong types', 'an error of the CMP']);
  catchesLies(lab, check, name);
}, ['chromium', 'firefox'], { folders: { '/libs': libs } });
