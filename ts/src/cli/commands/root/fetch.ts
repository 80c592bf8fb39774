import { Argument, InvalidArgumentError, Option } from 'commander';
import { type FetchProgress, fetchRoot } from '../../../sidecar/roots.js';
import { bytes } from '../../../text/format.js';
import { defineCommand } from '../../define-command.js';
import { rootLines } from '../../render/roots.js';
import { Stopped } from '../../shell/failure.js';
import { runInterruptible } from '../../shell/interrupt.js';
import { print, printJson } from '../../shell/output.js';
import { withProgress } from '../../shell/progress.js';
import { screenOf } from '../../shell/screen.js';

interface Options {
  readonly sha256?: string;
}

export const rootFetch = defineCommand<[name: string], Options>({
  name: 'fetch',
  description: "download a root into the user's cache; goes on where it was interrupted",
  arguments: [
    new Argument('<name>', "timm:<model>, hf:<owner>/<model>, augreg:<file>, or AugReg's query"),
  ],
  options: [
    new Option(
      '--sha256 <hash>',
      'hash that its file must have (default: what the server says)',
    ).argParser(parseHash),
  ],
  details: `
HTTPS_PROXY and NO_PROXY are obeyed. HF_ENDPOINT names a mirror of Hugging Face, HF_TOKEN is sent to
it. MU2NET_CACHE names another folder for the cache. Without a network, fetch on a machine that has
one, and copy the folder 'roots' of its cache.
`,
  async run([name], { sha256, ...globals }) {
    const { json } = globals;
    const root = await withProgress(`fetching ${name}`, globals, (shown) =>
      runInterruptible(
        (signal) => {
          const onProgress = (progress: FetchProgress) => {
            if (json) printJson({ type: 'progress', ...progress });
            else shown.show(`fetching ${name}: ${doneOf(progress)}`);
          };
          return fetchRoot(name, { sha256, onProgress, signal });
        },
        () => {},
        (exitCode) => new Stopped('stopped; the same command goes on where it stopped', exitCode),
      ),
    );
    const described = { ...root, provenance: root.page };
    if (json) printJson({ type: 'root', ...described });
    else print(...rootLines(described, screenOf(process.stdout)));
  },
});

function doneOf({ done, total }: FetchProgress): string {
  return total > 0 ? `${bytes(done)} of ${bytes(total)}` : bytes(done);
}

function parseHash(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('It must be 64 hexadecimal digits.');
}
