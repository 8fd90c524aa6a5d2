import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import {
  isBinaryExpression,
  isCallExpression,
  isComputedPropertyName,
  isDeleteExpression,
  isElementAccessExpression,
} from 'typescript/unstable/ast/is';
import { API, type Checker, type Type } from 'typescript/unstable/sync';

const root = path.resolve(import.meta.dirname, '..');

/** The one place that looks a key up, after asking whether the object itself has it. */
const THE_ONLY_PLACE = 'src/own-values.ts';

/**
 * The types of every expression are asked of the compiler, so that a list's index is told from the key of an object. Keys
 * of the program's own, which are literals to the compiler, are safe: none of them is one that every object inherits.
 */
describe('A key that comes from outside', () => {
  let api: API;
  let checker: Checker;
  let files: { name: string; source: SourceFile }[];

  before(() => {
    api = new API({ cwd: root });
    const project = api.updateSnapshot({ openProjects: [path.join(root, 'tsconfig.json')] }).getProjects()[0];
    assert.ok(project);
    checker = project.checker;
    files = project.program
      .getSourceFileNames()
      .map((file) => ({ file, name: path.relative(root, file).replaceAll(path.sep, '/') }))
      .filter(({ name }) => name.startsWith('src/') && name !== THE_ONLY_PLACE)
      .flatMap(({ file, name }) => {
        const source = project.program.getSourceFile(file);
        return source ? [{ name, source }] : [];
      });
  });
  after(() => api.close());

  /** Where the source has such nodes, in its own words, of which `about` has a type that is wrong. */
  function places<Found extends Node>(
    find: (node: Node) => Found | undefined,
    about: (node: Found) => Node,
    isWrong: (type: Type) => boolean,
  ): string[] {
    return files.flatMap(({ name, source }) => {
      const found: Found[] = [];
      const visit = (node: Node): void => {
        const one = find(node);
        if (one) found.push(one);
        node.forEachChild(visit);
      };
      visit(source);
      if (found.length === 0) return [];
      const types = checker.getTypeAtLocation(found.map(about));
      const wrong = found.filter((_, index) => {
        const type = types[index];
        return type === undefined || isWrong(type);
      });
      return wrong.map((node) => {
        const begin = node.getStart(source);
        const line = source.text.slice(0, begin).split('\n').length;
        return `${name}:${line}: ${source.text.slice(begin, node.end)}`;
      });
    });
  }

  const isForeign = (type: Type): boolean =>
    (type.isUnionType() ? type.getTypes() : [type]).some((one) => {
      if (one.isNumberLiteralType() || one.isStringLiteralType()) return Object.hasOwn(Object.prototype, one.value);
      return !['number', 'boolean', 'true', 'false', 'unique symbol'].includes(checker.typeToString(one));
    });
  const holdsForeign = (type: Type): boolean =>
    ['any', 'unknown'].includes(checker.typeToString(type)) ||
    checker.getIndexInfosOfType(checker.getApparentType(type) ?? type).length > 0;

  it('is seen where there are such keys at all', () => {
    assert.ok(files.length > 300, `${files.length} files`);
    const all = places(
      (node) => (isElementAccessExpression(node) ? node : undefined),
      (node) => node.argumentExpression,
      () => true,
    );
    assert.ok(all.length > 100, `${all.length} places`);
  });

  it('is looked up and set by ownValue and setOwnValue, never by object[key]', () => {
    const wrong = places(
      // What is deleted is an object's own.
      (node) => (isElementAccessExpression(node) && !isDeleteExpression(node.parent) ? node : undefined),
      (node) => node.argumentExpression,
      isForeign,
    );
    assert.deepEqual(wrong, []);
  });

  it('is looked for by Object.hasOwn, never by in', () => {
    const wrong = places(
      (node) => (isBinaryExpression(node) && node.operatorToken.kind === SyntaxKind.InKeyword ? node : undefined),
      ({ left }) => left,
      isForeign,
    );
    assert.deepEqual(wrong, []);
  });

  it('is never taken out of an object by destructuring', () => {
    const wrong = places(
      (node) => (isComputedPropertyName(node) && node.parent.kind === SyntaxKind.BindingElement ? node : undefined),
      ({ expression }) => expression,
      isForeign,
    );
    assert.deepEqual(wrong, []);
  });

  it('is copied by { ...object }, which keeps __proto__ as it is, never by Object.assign', () => {
    const isAssign = ({ expression }: { expression: Node }) => /^Object\.assign$/.test(expression.getText());
    const wrong = files.flatMap(({ name, source }) => {
      const copied: string[] = [];
      const visit = (node: Node): void => {
        if (isCallExpression(node) && isAssign(node)) {
          const [, ...from] = node.arguments;
          const types = from.map((one) => checker.getTypeAtLocation(one));
          if (types.some((type) => type === undefined || holdsForeign(type))) copied.push(`${name}: ${node.getText()}`);
        }
        node.forEachChild(visit);
      };
      visit(source);
      return copied;
    });
    assert.deepEqual(wrong, []);
  });

  it('is never walked to by what only few know of', () => {
    const wrong = files.filter(({ source }) =>
      /\.__proto__|\bReflect\.(?:get|set|has)\b|setPrototypeOf|__(?:define|lookup)[GS]etter__/.test(source.text),
    );
    assert.deepEqual(
      wrong.map(({ name }) => name),
      [],
    );
  });
});
