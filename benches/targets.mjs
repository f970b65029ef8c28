// What each row has to be, from DESIGN section 7. `share` is of mixpanel-browser in the same run; `atMost` is what must be shown where the target
// is not reached yet: `--check` fails beyond that, or beyond the target where there is no other.
export const targets = {
  startup: { share: 0.35, atMost: 0.4 },
  call: { share: 0.015 },
  burst: { share: 0.02 },
  burstOfControl: { share: 1 },
  paced: { share: 0.15, atMost: 0.18 },
  optedOut: { share: 0.1 },
  delivered: { share: 0.15 },
  offline: { share: 0.01 },
  growth: { exponent: 1.1 },
  longestTask: { milliseconds: 50 },
};
