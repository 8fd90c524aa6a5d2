import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProgressReport } from '../../src/progress/progress.ts';
import { TimeAxis } from '../../src/report/time-axis.ts';
import { timelineHtml } from '../../src/report/timeline-html.ts';
import { lookOf, objectRows } from '../../src/report/timeline-rows.ts';
import { timelineSvg } from '../../src/report/timeline-svg.ts';
import { EVIL, event, failedWith, POD, timelineOf, wentWell } from './sample-reports.ts';
import { type Element, xmlTree } from './xml-tree.ts';

describe('The rows of a timeline', () => {
  const rowsOf = (reports: readonly ProgressReport[]) => {
    const [one] = timelineOf(reports).deployments;
    return one ? objectRows(one) : [];
  };

  it('are a Deployment and its pods below it, each with its own Events', () => {
    assert.deepEqual(
      rowsOf(wentWell).map(({ kind, shortName, below, marks }) => [kind, shortName, below, marks.length]),
      [
        ['Deployment', 'iris-default-0-classifier', false, 0],
        ['Pod', '7d9f8c5b6-abcde', true, 2],
      ],
    );
  });

  it('have the Events of a ReplicaSet with its Deployment, and those of Services with the whole', () => {
    const about = (kind: string, name: string) => ({ object: { kind, namespace: 'default', name, uid: name } });
    const reports = [
      ...wentWell,
      event(0.3, about('ReplicaSet', 'iris-default-0-classifier-7d9f8c5b6')),
      event(0.4, about('Service', 'iris-default')),
      event(0.6, about('SeldonDeployment', 'iris')),
    ];
    assert.deepEqual(
      rowsOf(reports).map(({ kind, marks }) => [kind, marks.length]),
      [
        ['SeldonDeployment', 2],
        ['Deployment', 1],
        ['Pod', 2],
      ],
    );
  });

  it('are there from Events alone, as in a stream without the replicas and pods', () => {
    const reports = wentWell.filter(({ type }) => type !== 'replicas' && type !== 'pod');
    assert.deepEqual(
      rowsOf(reports).map(({ kind, name, below }) => [kind, name, below]),
      [['Pod', POD, false]],
    );
  });

  for (const [status, ready, look] of [
    ['Pending', false, 'pending'],
    ['ContainerCreating', false, 'pending'],
    ['Init:0/1', false, 'pending'],
    ['Running', false, 'starting'],
    ['Running', true, 'ready'],
    ['Terminating', false, 'ending'],
    ['Completed', false, 'done'],
    ['ImagePullBackOff', false, 'failing'],
    ['Init:CrashLoopBackOff', false, 'failing'],
  ] as const) {
    it(`show a pod that is ${status}${ready ? ' and ready' : ''} as ${look}`, () => {
      assert.equal(lookOf({ from: 0, to: 1, status, ready, restarts: 0 }), look);
    });
  }
});

describe('The axis of a timeline', () => {
  for (const [length, labels] of [
    [0, ['0s', '1ms']],
    [340, ['0s', '100ms', '200ms', '300ms']],
    [4_200, ['0s', '1s', '2s', '3s', '4s']],
    [95_000, ['0s', '30s', '1m', '1m30s']],
    [3 * 3_600_000, ['0s', '30m', '1h', '1h30m', '2h', '2h30m', '3h']],
  ] as const) {
    it(`has round numbers for ${length} ms`, () => {
      const axis = new TimeAxis({ start: 5, end: 5 + length });
      assert.deepEqual(
        axis.ticks(6).map(({ label }) => label),
        labels,
      );
    });
  }
});

describe('The timeline as a page', () => {
  it('has the steps, the numbers of replicas, the life of the pod and the text of the Events', () => {
    const page = timelineHtml(timelineOf(wentWell));
    for (const part of [
      '<title>iris succeeded after 2.0s</title>',
      'wait-available',
      '0/1</text>',
      '<title>0 of 1 replicas available</title>',
      '<title>Pending, 800ms</title>',
      '<title>+0.50s Pulling: Pulling image</title>',
      '<span class="text">Pulling image (×2)</span>',
    ]) {
      assert.ok(page.includes(part), `it has ${part}`);
    }
    assert.doesNotMatch(page, /class="cause"/);
  });

  it('has what failed before everything else', () => {
    const page = timelineHtml(timelineOf(failedWith('no such image')));
    const [cause, legend, bars] = ['no such image', '<ul class="legend"', 'class="bar'].map((part) =>
      page.indexOf(part, page.indexOf('<body')),
    );
    assert.ok((cause ?? 0) > 0 && (cause ?? 0) < (legend ?? 0) && (legend ?? 0) < (bars ?? 0));
  });

  it('loads nothing and has no script, and nothing from the cluster becomes one', () => {
    for (const reports of [wentWell, failedWith(EVIL)]) {
      const page = timelineHtml(timelineOf(reports));
      assert.doesNotMatch(page, /<script|<img|<link|<iframe|url\(|@import|javascript:/i);
      for (const character of '\u0000\u001b\u202e') assert.ok(!page.includes(character));
      assert.match(page, /default-src 'none'/);
      // Whatever looks like a tag is one of ours.
      const tags = new Set([...page.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, name]) => name));
      const ours =
        'html head meta title style body header main h1 h2 h3 p div b small span ul li details summary ol time svg rect line circle path text';
      assert.deepEqual(
        [...tags].filter((name) => !ours.split(' ').includes(name ?? '')),
        [],
      );
      const handlers = [...page.matchAll(/<[a-z][^>]*>/gi)].filter(([tag]) =>
        /\son\w+=/i.test(tag.replace(/"[^"]*"/g, '""')),
      );
      assert.deepEqual(handlers, []);
    }
  });

  it('shows 200 deployments closed, the failed ones open and before them', () => {
    const named = (reports: readonly ProgressReport[], name: string): ProgressReport[] =>
      reports.map((report) => JSON.parse(JSON.stringify(report).replaceAll('"iris"', `"${name}"`)));
    const many = Array.from({ length: 200 }, (_, index) =>
      named(index === 120 ? failedWith('broken') : wentWell, `model-${index}`),
    ).flat();
    const page = timelineHtml(timelineOf(many));
    const deployments = [...page.matchAll(/<details class="deployment([^"]*)"( open)?>/g)];
    assert.equal(deployments.length, 200);
    assert.deepEqual(
      deployments.slice(0, 2).map(([, failed, open]) => [failed, open]),
      [
        [' failed', ' open'],
        ['', undefined],
      ],
    );
    assert.equal(deployments.filter(([, , open]) => open).length, 1);
    assert.match(page, /1 of 200 not successful/);
  });
});

describe('The timeline as a picture', () => {
  const all = (element: Element): Element[] => [element, ...element.children.flatMap(all)];

  it('is well-formed, has nothing that acts or loads, and the same rows', () => {
    for (const reports of [wentWell, failedWith(EVIL)]) {
      const elements = all(xmlTree(timelineSvg(timelineOf(reports))));
      assert.deepEqual(
        [...new Set(elements.map(({ name }) => name))].filter(
          (name) => !['svg', 'style', 'rect', 'text', 'title', 'line', 'path', 'circle'].includes(name),
        ),
        [],
      );
      const attributes = elements.flatMap((element) => Object.keys(element.attributes));
      assert.deepEqual(
        attributes.filter((name) => /^on|href|^style$/.test(name)),
        [],
      );
      const texts = elements.filter(({ name }) => name === 'text').map(({ text }) => text);
      assert.ok(texts.some((text) => text.startsWith('wait-available')));
      assert.ok(texts.includes('   pod 7d9f8c5b6-abcde'));
    }
  });

  it('holds the very tracks of the page', () => {
    const tracks = (drawn: string) =>
      [...drawn.matchAll(/<svg class="track" [^>]*>(.*)<\/svg>/g)].map(([, content = '']) => content);
    for (const reports of [wentWell, failedWith('broken')]) {
      const timeline = timelineOf(reports);
      const picture = tracks(timelineSvg(timeline));
      const [strip, ...page] = tracks(timelineHtml(timeline).replaceAll('</div>', '\n').replaceAll('</span>', '\n'));
      assert.ok(strip !== undefined && page.length >= 5);
      assert.deepEqual(
        page.filter((track) => !picture.includes(track)),
        [],
      );
    }
  });

  it('is no taller than it can be looked at, of 200 deployments too', () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      wentWell.map((report) => JSON.parse(JSON.stringify(report).replaceAll('"iris"', `"model-${index}"`))),
    ).flat();
    const { attributes } = xmlTree(timelineSvg(timelineOf(many)));
    assert.ok(Number(attributes.height) < 5_000, attributes.height);
  });
});
