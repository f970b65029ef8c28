// Every scenario, by theme, with its steps parted into pages.
const THEMES = [
  'track', 'super properties', 'identity', 'people', 'queued people', 'groups', 'timing', 'page views', 'links and forms', 'init', 'persistence', 'consent',
  'do not track', 'hooks', 'batching', 'answers', 'push and stub', 'features',
];

const themes = await Promise.all(THEMES.map(theme => import(`./${theme.replaceAll(' ', '-')}.mjs`)));

function paged({ steps, stub, page = {}, ...about }) {
  const pages = [{ ...page, steps: [], stub }];
  for (const step of steps) {
    if (step.page) pages.push({ ...step.page, steps: [] });
    else pages.at(-1).steps.push(step);
  }
  return { ...about, pages };
}

export const scenarios = THEMES.flatMap((theme, index) =>
  themes[index].default.map(one => ({ ...paged(one), theme, id: `${theme}: ${one.name}` })),
).map((one, number) => ({ ...one, number }));

const ids = scenarios.map(({ id }) => id);
const twice = ids.find((id, index) => ids.indexOf(id) !== index);
if (twice) throw new Error(`two scenarios are called "${twice}"`);
