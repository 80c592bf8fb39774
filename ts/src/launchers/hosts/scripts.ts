import { quote } from './quote.js';

/** A process that a host keeps for a group. */
export interface HostProcess {
  readonly name: string;
  /** The command, as a POSIX shell reads it. */
  readonly command: string;
  /** A part of its command line that no other process has. */
  readonly mark: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The group whose processes a script is about. */
export interface HostGroup {
  readonly pool: string;
  readonly group: string;
}

/** Seconds that a process has to end before it is killed. */
const GRACE_SECONDS = 10;

/** Returns the folder of a group on a host, as a POSIX shell reads it. */
export function groupFolder({ pool, group }: HostGroup): string {
  return `"\${MU2NET_POOLS:-$HOME/.mu2net/pools}"/${quote(`${pool}/${group}`)}`;
}

/** Returns the script that sets the variables of a process and becomes it. */
export function runText({ command, environment }: HostProcess): string {
  const variables = Object.entries(environment).map(
    ([key, value]) => `export ${key}=${quote(value)}`,
  );
  return [...variables, `exec ${command}`].join('\n');
}

/**
 * Returns the beginning of all scripts. The processes of a group have a folder each, which only the
 * user can read; it holds the process id, the mark, the log, and the script that runs.
 */
function prelude(group: HostGroup): string {
  return `set -u
umask 077
group=${groupFolder(group)}
is_alive() {
  pid=$(cat "$1/pid" 2>/dev/null) && mark=$(cat "$1/mark" 2>/dev/null) || return 1
  words=$({ tr '\\0' ' ' < "/proc/$pid/cmdline" || ps -o args= -p "$pid"; } 2>/dev/null)
  case "$words " in *"$mark"*) return 0 ;; *) return 1 ;; esac
}
pause() { sleep 0.1 2>/dev/null || sleep 1; }
`;
}

/** Returns the script that starts processes; one that runs already stays as it is. */
export function startScript(group: HostGroup, processes: readonly HostProcess[]): string {
  return `${prelude(group)}
launch() {
  if command -v setsid >/dev/null; then setsid sh "$1/run" </dev/null >>"$1/log" 2>&1 &
  else nohup sh "$1/run" </dev/null >>"$1/log" 2>&1 &
  fi
  started=$!
  until is_alive "$1"; do kill -0 "$started" 2>/dev/null || break; pause; done
}
${processes.map(launchText).join('')}`;
}

const END = 'MU2NET_END_OF_SCRIPT';

function launchText(process: HostProcess): string {
  const { name, mark } = process;
  return `folder="$group"/${quote(name)}
if ! is_alive "$folder"; then
mkdir -p "$folder" || exit 1
printf %s ${quote(mark)} > "$folder/mark"
rm -f "$folder/pid"
cat > "$folder/run" <<'${END}'
echo $$ > "\${0%/*}/pid"
${runText(process)}
${END}
launch "$folder"
fi
`;
}

/** Returns the script that lists processes: name, state, id and last line of the log, by tabs. */
export function listScript(group: HostGroup): string {
  return `${prelude(group)}
for folder in "$group"/*/; do
  folder=\${folder%/}
  [ -d "$folder" ] || continue
  if is_alive "$folder"; then state=running; else state=ended; fi
  printf '%s\\t%s\\t%s\\t%s\\n' "\${folder##*/}" "$state" "$(cat "$folder/pid" 2>/dev/null)" \\
    "$(tail -n 1 "$folder/log" 2>/dev/null | tr '\\t' ' ')"
done
`;
}

/** A line of the answer to {@link listScript}. */
export interface ListedProcess {
  readonly name: string;
  readonly isRunning: boolean;
  readonly pid: string;
  readonly lastLine: string;
}

/** Reads the answer to {@link listScript}. */
export function readList(answer: string): readonly ListedProcess[] {
  return answer
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((fields) => fields.length === 4)
    .map(([name = '', state, pid = '', lastLine = '']) => ({
      name,
      isRunning: state === 'running',
      pid,
      lastLine,
    }));
}

/** Returns the script that stops processes, by name or all of the group, and removes their folders. */
export function stopScript(group: HostGroup, names?: readonly string[]): string {
  const folders = names?.map((name) => `"$group"/${quote(name)}`).join(' ') ?? '"$group"/*/';
  return `${prelude(group)}
send() { kill -s "$1" -- "-$pid" 2>/dev/null || kill -s "$1" "$pid" 2>/dev/null; }
for folder in ${folders}; do is_alive "\${folder%/}" && send TERM; done
left=${GRACE_SECONDS}0
for folder in ${folders}; do
  folder=\${folder%/}
  while is_alive "$folder" && [ "$left" -gt 0 ]; do left=$((left - 1)); pause; done
  if is_alive "$folder"; then send KILL; fi
  while is_alive "$folder"; do pause; done
  rm -rf "$folder"
done
rmdir "$group" 2>/dev/null
rmdir "\${group%/*}" 2>/dev/null
exit 0
`;
}

/** Returns the script that prints the log of a process; one that follows it ends with its input. */
export function logScript(group: HostGroup, name: string, isFollowed: boolean): string {
  const log = `log="$group"/${quote(name)}/log
[ -f "$log" ] || { echo "there is no log of ${name}" >&2; exit 1; }
`;
  const read = isFollowed
    ? 'tail -n 200 -f "$log" & tail=$!; cat >/dev/null; kill "$tail"; exit 0\n'
    : 'tail -n 200 "$log"\n';
  return `${prelude(group)}${log}${read}`;
}
