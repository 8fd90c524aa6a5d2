/**
 * The colours of the timeline, as properties of CSS: light, and dark on the screens of those who have it so; paper is light. Each pair of text and what
 * is behind it can be told apart by people who see little contrast (WCAG AA), and red and green by more than their hue.
 */
export function colours(selector: string): string {
  const properties = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .map(([name, value]) => `--${name}:${value}`)
      .join(';');
  const { light, dark } = palettes;
  return `${selector}{${properties(light)}}@media screen and (prefers-color-scheme:dark){${selector}{${properties(dark)}}}`;
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
  bad: '#cf222e',
  'bad-soft': '#ffebe9',
  act: '#0a4b8f',
  wait: '#7fb6f0',
  'wait-scaled': '#6cc7b8',
  'wait-deleted': '#c9b1f2',
  ready: '#2da44e',
  starting: '#e0a100',
  pending: '#9aa4af',
  ending: '#a58bd6',
  done: '#6fa8dc',
  mark: '#0a4b8f',
  'on-bar': '#ffffff',
  'on-bad': '#ffffff',
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
  bad: '#ff6a63',
  'bad-soft': '#3a1618',
  act: '#2f81f7',
  wait: '#6ba3de',
  'wait-scaled': '#45a898',
  'wait-deleted': '#d2b8ff',
  ready: '#3fb950',
  starting: '#d29922',
  pending: '#8b949e',
  ending: '#b39ddb',
  done: '#6ba3de',
  mark: '#79c0ff',
  'on-bar': '#0d1117',
  'on-bad': '#0d1117',
  'on-light-bar': '#0d1117',
};

export const palettes = { light, dark };
