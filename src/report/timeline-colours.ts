/**
 * The colours of the timeline, as properties of CSS: light, and dark for those who have it so. Each pair of text and what
 * is behind it can be told apart by people who see little contrast (WCAG AA), and red and green by more than their hue.
 */
export function colours(selector: string): string {
  const properties = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([name, value]) => `--${name}:${value}`)
      .join(';');
  return `${selector}{${properties(light)}}@media (prefers-color-scheme:dark){${selector}{${properties(dark)}}}`;
}

const light = {
  page: '#f6f7f9',
  card: '#ffffff',
  text: '#1b1f24',
  muted: '#59636e',
  line: '#d7dce2',
  grid: '#e8ebef',
  track: '#f3f5f7',
  good: '#1a7f37',
  'good-soft': '#dafbe1',
  bad: '#cf222e',
  'bad-soft': '#ffebe9',
  act: '#0a4b8f',
  wait: '#7fb6f0',
  skipped: '#d7dce2',
  ready: '#2da44e',
  starting: '#e0a100',
  pending: '#9aa4af',
  ending: '#a58bd6',
  done: '#6fa8dc',
  mark: '#0a4b8f',
  'on-bar': '#ffffff',
  'on-light-bar': '#1b1f24',
};

const dark = {
  page: '#0d1117',
  card: '#161b22',
  text: '#e6edf3',
  muted: '#9198a1',
  line: '#30363d',
  grid: '#262c34',
  track: '#1c222a',
  good: '#56d364',
  'good-soft': '#12301c',
  bad: '#ff6a63',
  'bad-soft': '#3a1618',
  act: '#2f81f7',
  wait: '#5b8fc7',
  skipped: '#30363d',
  ready: '#2f9e4d',
  starting: '#d29922',
  pending: '#6e7681',
  ending: '#8e73c7',
  done: '#4b83b8',
  mark: '#79c0ff',
  'on-bar': '#ffffff',
  'on-light-bar': '#0d1117',
};
