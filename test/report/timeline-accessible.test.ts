import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import axe from 'axe-core';
import { JSDOM, VirtualConsole } from 'jsdom';
import type { ProgressReport } from '../../src/progress/progress.ts';
import { palettes } from '../../src/report/timeline-colours.ts';
import { timelineHtml } from '../../src/report/timeline-html.ts';
import { failedWith, timelineOf, wentWell } from './sample-reports.ts';

const named = (reports: readonly ProgressReport[], name: string): ProgressReport[] =>
  reports.map((report) => JSON.parse(JSON.stringify(report).replaceAll('"iris"', `"${name}"`)));

describe('The page of a timeline', () => {
  const pages = {
    'of a run that went well': wentWell,
    'of a run that failed': failedWith('no such image'),
    'of several deployments': [...named(wentWell, 'rose'), ...named(failedWith('broken'), 'wine')],
    'of nothing': [],
  };
  for (const [what, reports] of Object.entries(pages)) {
    it(`${what} has nothing that axe-core objects to`, async () => {
      // What it has no canvas for is said to nobody.
      const virtualConsole = new VirtualConsole();
      const { window } = new JSDOM(timelineHtml(timelineOf(reports)), { runScripts: 'outside-only', virtualConsole });
      window.eval(axe.source);
      // Contrast takes a browser; the colours are tried below.
      const { violations } = await window.axe.run(window.document, { rules: { 'color-contrast': { enabled: false } } });
      const found = Array.from(violations).map(
        ({ impact, id, nodes }: axe.Result) => `${impact}: ${id}: ${nodes[0]?.html}`,
      );
      assert.deepEqual(found, []);
      window.close();
    });
  }
});

/** Relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe('The colours of a timeline', () => {
  type Name = keyof (typeof palettes)['light'];
  const texts: [text: Name, behind: Name[]][] = [
    ['text', ['page', 'card', 'track', 'bad-soft']],
    ['muted', ['page', 'card', 'track']],
    ['good', ['page', 'card']],
    ['bad', ['page', 'card', 'bad-soft']],
    ['on-bar', ['act']],
    ['on-bad', ['bad']],
    ['on-light-bar', ['wait', 'wait-scaled', 'wait-deleted', 'ready', 'starting', 'pending', 'ending', 'done']],
  ];
  for (const [name, palette] of Object.entries(palettes)) {
    for (const [text, behind] of texts) {
      it(`have contrast enough, ${name}: ${text} on ${behind.join(', ')} (WCAG AA: 4.5)`, () => {
        const low = behind.filter((one) => contrast(palette[text], palette[one]) < 4.5);
        assert.deepEqual(
          low.map((one) => `${one} ${contrast(palette[text], palette[one]).toFixed(2)}`),
          [],
        );
      });
    }
  }
});
