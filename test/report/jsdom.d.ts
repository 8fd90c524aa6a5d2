/** What is used of it. Its own types bring a browser's, which are not Node's. */
declare module 'jsdom' {
  export class VirtualConsole {}
  export class JSDOM {
    constructor(html: string, options?: { runScripts?: 'outside-only'; virtualConsole?: VirtualConsole });
    readonly window: {
      document: never;
      axe: typeof import('axe-core');
      eval(source: string): void;
      close(): void;
    };
  }
}
