// Prepares a release: npm run release -- 0.3.0
//
// Writes the version into package.json, package-lock.json and py/pyproject.toml, dates the section
// "Unreleased" of CHANGELOG.md, commits, and tags the commit. It publishes nothing: pushing the tag
// starts the workflow that does.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root } from './tools.mjs';

const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9a-z.-]+)?$/;
const [version = ''] = process.argv.slice(2);

if (!VERSION.test(version)) {
  fail(`'${version}' is not a version; write three numbers, such as: npm run release -- 0.3.0`);
}
if (git('status', '--porcelain') !== '') {
  fail('the work tree has changes; commit them first, because a release is a commit of its own');
}
const tag = `v${version}`;
if (git('tag', '--list', tag) !== '') fail(`the tag ${tag} exists; choose another version`);

const today = new Date().toISOString().slice(0, 10);
change('CHANGELOG.md', /^## Unreleased\n+(?=\S)(?!## )/m, `## ${version} (${today})\n\n`);
change('package.json', /(?<=^ {2}"version": ")[^"]+(?=")/m, version);
change('package-lock.json', /(?<=^ {2}"version": ")[^"]+(?=")/m, version);
change('package-lock.json', /(?<=^ {4}"": \{[^{}]*?"version": ")[^"]+(?=")/ms, version);
change('py/pyproject.toml', /(?<=^version = ")[^"]+(?=")/m, version);

git('commit', '--quiet', '--all', '--message', `Release ${version}`);
git('tag', '--annotate', tag, '--message', `mu2net ${version}`);
console.log(`mu2net: released ${version} here; publish it with: git push --follow-tags`);

/** Replaces the one match of a pattern in a file of the project. */
function change(file, pattern, replacement) {
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  if (!pattern.test(text)) {
    undo();
    fail(
      file === 'CHANGELOG.md'
        ? "CHANGELOG.md has no section '## Unreleased' with a text; write what changed there"
        : `${file} has no version where it is expected; correct the file`,
    );
  }
  writeFileSync(path, text.replace(pattern, replacement));
}

/** Takes back what this script wrote; the work tree had no changes before. */
function undo() {
  git('checkout', '--quiet', '--', '.');
}

function git(...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) fail(`git ${args[0]} failed: ${stderr.trim()}`);
  return stdout.trim();
}
