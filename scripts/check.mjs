// Checks types, lint and format of both languages: prints a line per tool, and its output if it
// fails.
import { execute, nodeTool, python } from './tools.mjs';

const node = process.execPath;
const ruff = (...args) => [python, ['-m', 'ruff', ...args, 'py']];

const checks = {
  'types (TypeScript)': [node, [nodeTool('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json']],
  'lint and format (TypeScript)': [
    node,
    [nodeTool('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.'],
  ],
  'generated protocol': [node, ['dist/protocol/generate/main.js', '--check']],
  'types (Python)': [node, [nodeTool('pyright', 'index.js'), '--pythonpath', python, '-p', 'py']],
  'lint (Python)': ruff('check', '--no-cache'),
  'format (Python)': ruff('format', '--check', '--no-cache'),
};

const verdicts = await Promise.all(
  Object.entries(checks).map(async ([name, [program, args]]) => ({
    name,
    ...(await execute(program, args)),
  })),
);
for (const { name, ok, output } of verdicts) {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
  if (!ok) console.log(output.trimEnd());
}
process.exit(verdicts.every(({ ok }) => ok) ? 0 : 1);
